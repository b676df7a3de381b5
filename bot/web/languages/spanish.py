"""What the pages say in Spanish."""

from bot.web.language import Language, Words

# A no-break space keeps a command on one line.
WORDS = Language(
    code="es",
    words={
        "home": Words(
            "Un bot de Discord para Imgur",
            "Esta dirección solo sirve las páginas en las que se vincula una cuenta de "
            "Imgur con Discord. Para vincular la tuya, escribe /account\u00a0link en "
            "Discord.",
        ),
        "invitation": Words(
            "Vincula tu cuenta de Imgur",
            "Este enlace se creó para {user_name} en Discord y no vale para nadie más.",
        ),
        "working": Words(
            "Un momento…",
            "Se está comprobando tu enlace.",
        ),
        "linked": Words(
            "Tu cuenta de Imgur está vinculada",
            "Lo que subas en Discord irá desde ahora a esta cuenta. Puedes cerrar esta página.",
        ),
        "added": Words(
            "Otra cuenta de Imgur está vinculada",
            "Lo que subas seguirá yendo a la cuenta que vinculaste antes. Puedes cerrar "
            "esta página.",
        ),
        "code": Words(
            "Escribe este código en Discord",
            "Vincula estas dos cuentas entre sí. Si una de ellas no es tuya, o alguien "
            "te ha pedido el código, cierra esta página y no se lo digas a nadie. Vale "
            "durante diez minutos.",
        ),
        "denied": Words(
            "No se ha vinculado nada",
            "Has decidido no dar acceso. Puedes cerrar esta página; si cambias de idea, "
            "escribe /account\u00a0link en Discord.",
        ),
        "ticket": Words(
            "Este enlace ya no vale",
            "Un enlace sirve una sola vez y durante diez minutos, y otro más nuevo lo "
            "sustituye. Pide otro con /account\u00a0link en Discord.",
        ),
        "visitor": Words(
            "Este enlace es de otra persona",
            "Se creó para otra cuenta de Discord o se abrió en otro navegador. No se ha "
            "vinculado nada. Si es tuyo, entra en discord.com con la cuenta correcta en "
            "este navegador y vuelve a abrir el enlace desde Discord. Si alguien te lo "
            "ha enviado, cierra esta página.",
        ),
        "elsewhere": Words(
            "Esa cuenta de Imgur está ocupada",
            "Otra cuenta de Discord la ha vinculado. Si las dos son tuyas, escribe "
            "antes /account\u00a0unlink desde esa otra cuenta.",
        ),
        "foreign": Words(
            "Imgur no lo ha confirmado",
            "Lo que ha recibido esta página no se emitió para este bot. No se ha "
            "vinculado nada. Pide otro con /account\u00a0link en Discord.",
        ),
        "imgur": Words(
            "Imgur no ha respondido",
            "No se ha vinculado nada. Espera unos minutos y vuelve a escribir "
            "/account\u00a0link en Discord.",
        ),
        "discord": Words(
            "Discord no ha respondido",
            "No se ha vinculado nada. Espera un minuto y vuelve a abrir el enlace desde Discord.",
        ),
        "unavailable": Words(
            "Ahora no se puede vincular",
            "Al bot le falta algo que solo puede arreglar quien lo administra. "
            "/account\u00a0link dice qué es.",
        ),
        "failed": Words(
            "Algo ha fallado por nuestra parte",
            "No se ha vinculado nada. Vuelve a escribir /account\u00a0link en Discord; "
            "si se repite, avisa a quien administra el bot.",
        ),
        "empty": Words(
            "Aquí ya no queda nada por hacer",
            "Esta página se abrió por segunda vez, o sin una respuesta de Imgur. "
            "/account\u00a0status en Discord dice si tu cuenta está vinculada.",
        ),
        "script": Words(
            "Esta página no ha podido terminar",
            "Se cortó la conexión, o algo en este navegador detuvo la página. "
            "/account\u00a0status en Discord dice si tu cuenta está vinculada; si no lo "
            "está, vuelve a escribir /account\u00a0link.",
        ),
        "noscript": Words(
            "Esta página necesita JavaScript",
            "Imgur deja su respuesta donde solo puede leerla un script de tu navegador. "
            "Permite JavaScript en esta página y vuelve a escribir /account\u00a0link "
            "en Discord.",
        ),
        "limited": Words(
            "Demasiadas peticiones",
            "Espera un minuto y vuelve a intentarlo.",
        ),
        "missing": Words(
            "Esta página no existe",
            "Para vincular una cuenta de Imgur, escribe /account\u00a0link en Discord.",
        ),
        "method": Words(
            "Esta página no sabe hacer eso",
            "Se abrió de una forma que no conoce. Escribe /account\u00a0link en Discord.",
        ),
        "request": Words(
            "No se ha entendido esta petición",
            "No venía de nuestra propia página, o se dañó por el camino. Escribe "
            "/account\u00a0link en Discord y sigue el enlace nuevo.",
        ),
    },
    steps_with_proof=(
        "Discord confirma que eres tú.",
        "Imgur pregunta si este bot puede usar tu cuenta.",
        "Vuelves a Discord, con la cuenta vinculada.",
    ),
    steps_with_code=(
        "Imgur pregunta si este bot puede usar tu cuenta.",
        "Esta página te muestra un código.",
        "Escribes el código en Discord.",
    ),
    go_on="Continuar",
    caution=(
        "¿No eres tú, o alguien te ha enviado esta dirección? Cierra esta página: "
        "todavía no ha pasado nada."
    ),
    imgur_account="Cuenta de Imgur",
    discord_user="Cuenta de Discord",
)
