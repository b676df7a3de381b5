"""What the pages say in French."""

from bot.web.language import Language, Words

# A no-break space keeps a command on one line.
WORDS = Language(
    code="fr",
    words={
        "home": Words(
            "Un bot Discord pour Imgur",
            "Cette adresse ne sert que les pages où l’on associe son compte Imgur à "
            "Discord. Pour associer le vôtre, tapez /account\u00a0link dans Discord.",
        ),
        "invitation": Words(
            "Associez votre compte Imgur",
            "Ce lien a été créé pour {user_name} sur Discord et ne vaut pour personne d’autre.",
        ),
        "working": Words(
            "Un instant…",
            "Votre lien est en cours de vérification.",
        ),
        "linked": Words(
            "Votre compte Imgur est associé",
            "Ce que vous envoyez depuis Discord arrive désormais sur ce compte. Vous "
            "pouvez fermer cette page.",
        ),
        "added": Words(
            "Un autre compte Imgur est associé",
            "Vos envois continuent d’arriver sur le compte associé auparavant. Vous "
            "pouvez fermer cette page.",
        ),
        "code": Words(
            "Tapez ce code dans Discord",
            "Il associe ces deux comptes l’un à l’autre. Si l’un des deux n’est pas à "
            "vous, ou si quelqu’un vous a demandé ce code, fermez cette page et ne le "
            "dites à personne. Il est valable dix minutes.",
        ),
        "denied": Words(
            "Rien n’a été associé",
            "Vous n’avez pas donné l’accès. Vous pouvez fermer cette page\u00a0; si vous "
            "changez d’avis, tapez /account\u00a0link dans Discord.",
        ),
        "ticket": Words(
            "Ce lien n’est plus valable",
            "Un lien sert une seule fois, pendant dix minutes, et un lien plus récent "
            "le remplace. Obtenez-en un autre avec /account\u00a0link dans Discord.",
        ),
        "visitor": Words(
            "Ce lien est à quelqu’un d’autre",
            "Il a été créé pour un autre compte Discord, ou ouvert dans un autre "
            "navigateur. Rien n’a été associé. S’il est à vous, connectez-vous au bon "
            "compte sur discord.com dans ce navigateur, puis rouvrez le lien depuis "
            "Discord. Si quelqu’un vous l’a envoyé, fermez cette page.",
        ),
        "elsewhere": Words(
            "Ce compte Imgur est déjà pris",
            "Un autre compte Discord l’a associé. Si les deux sont à vous, tapez "
            "d’abord /account\u00a0unlink depuis cet autre compte.",
        ),
        "foreign": Words(
            "Imgur n’a pas confirmé",
            "Ce que cette page a reçu n’a pas été délivré à ce bot. Rien n’a été "
            "associé. Obtenez-en un autre avec /account\u00a0link dans Discord.",
        ),
        "imgur": Words(
            "Imgur n’a pas répondu",
            "Rien n’a été associé. Attendez quelques minutes, puis tapez de nouveau "
            "/account\u00a0link dans Discord.",
        ),
        "discord": Words(
            "Discord n’a pas répondu",
            "Rien n’a été associé. Attendez une minute, puis rouvrez le lien depuis Discord.",
        ),
        "unavailable": Words(
            "L’association est indisponible",
            "Il manque au bot une chose que seul son exploitant peut réparer. "
            "/account\u00a0link dit laquelle.",
        ),
        "failed": Words(
            "Un problème est survenu chez nous",
            "Rien n’a été associé. Tapez de nouveau /account\u00a0link dans Discord\u00a0; "
            "si cela se répète, prévenez l’exploitant du bot.",
        ),
        "empty": Words(
            "Il n’y a plus rien à faire ici",
            "Cette page a été ouverte une seconde fois, ou sans réponse d’Imgur. "
            "/account\u00a0status dans Discord dit si votre compte est associé.",
        ),
        "script": Words(
            "Cette page n’a pas pu finir",
            "La connexion a été coupée, ou quelque chose dans ce navigateur a arrêté la "
            "page. /account\u00a0status dans Discord dit si votre compte est associé\u00a0; "
            "sinon, tapez de nouveau /account\u00a0link.",
        ),
        "noscript": Words(
            "Cette page a besoin de JavaScript",
            "Imgur place sa réponse là où seul un script de votre navigateur peut la "
            "lire. Autorisez JavaScript pour cette page, puis tapez de nouveau "
            "/account\u00a0link dans Discord.",
        ),
        "limited": Words(
            "Trop de requêtes",
            "Attendez une minute, puis réessayez.",
        ),
        "missing": Words(
            "Cette page n’existe pas",
            "Pour associer un compte Imgur, tapez /account\u00a0link dans Discord.",
        ),
        "method": Words(
            "Cette page ne sait pas faire cela",
            "Elle a été ouverte d’une manière qu’elle ne connaît pas. Tapez "
            "/account\u00a0link dans Discord.",
        ),
        "request": Words(
            "Cette requête n’a pas été comprise",
            "Elle ne venait pas de notre propre page, ou elle a été abîmée en route. "
            "Tapez /account\u00a0link dans Discord et suivez le nouveau lien.",
        ),
    },
    steps_with_proof=(
        "Discord confirme que c’est bien vous.",
        "Imgur demande si ce bot peut utiliser votre compte.",
        "Vous revenez dans Discord\u00a0: c’est fait.",
    ),
    steps_with_code=(
        "Imgur demande si ce bot peut utiliser votre compte.",
        "Cette page vous montre un code.",
        "Vous tapez le code dans Discord.",
    ),
    go_on="Continuer",
    caution=(
        "Ce n’est pas vous, ou quelqu’un vous a envoyé cette adresse\u00a0? Fermez cette "
        "page\u00a0: rien ne s’est encore passé."
    ),
    imgur_account="Compte Imgur",
    discord_user="Compte Discord",
)
