"""What the pages say in German."""

from bot.web.language import Language, Words

# A no-break space keeps a command on one line, a no-break hyphen a word in a heading.
WORDS = Language(
    code="de",
    words={
        "home": Words(
            "Ein Discord\u2011Bot für Imgur",
            "Hier liegen nur die Seiten, auf denen man sein Imgur-Konto mit Discord "
            "verbindet. Um deines zu verbinden, gib in Discord /account\u00a0link ein.",
        ),
        "invitation": Words(
            "Verbinde dein Imgur\u2011Konto",
            "Dieser Link ist für {user_name} auf Discord gemacht und gilt für niemand anderen.",
        ),
        "working": Words(
            "Einen Moment …",
            "Dein Link wird geprüft.",
        ),
        "linked": Words(
            "Dein Imgur\u2011Konto ist verbunden",
            "Was du in Discord hochlädst, landet ab jetzt in diesem Konto. Du kannst "
            "diese Seite schließen.",
        ),
        "added": Words(
            "Ein weiteres Imgur\u2011Konto ist verbunden",
            "Deine Bilder landen weiterhin in dem Konto, das du zuvor verbunden hast. "
            "Du kannst diese Seite schließen.",
        ),
        "code": Words(
            "Gib diesen Code in Discord ein",
            "Er verbindet diese beiden Konten miteinander. Gehört dir eines davon nicht "
            "oder hat dich jemand um den Code gebeten, dann schließe diese Seite und "
            "verrate ihn niemandem. Er gilt zehn Minuten.",
        ),
        "denied": Words(
            "Nichts wurde verbunden",
            "Du hast keinen Zugriff gegeben. Du kannst diese Seite schließen; wenn du "
            "es dir anders überlegst, gib in Discord /account\u00a0link ein.",
        ),
        "ticket": Words(
            "Dieser Link gilt nicht mehr",
            "Ein Link gilt einmal und zehn Minuten lang, und ein neuerer ersetzt ihn. "
            "Hole dir mit /account\u00a0link in Discord einen neuen.",
        ),
        "visitor": Words(
            "Dieser Link gehört jemand anderem",
            "Er wurde für ein anderes Discord-Konto gemacht oder in einem anderen "
            "Browser geöffnet. Nichts wurde verbunden. Ist es deiner, dann melde dich "
            "in diesem Browser auf discord.com mit dem richtigen Konto an und öffne den "
            "Link aus Discord noch einmal. Hat ihn dir jemand geschickt, dann schließe "
            "diese Seite.",
        ),
        "elsewhere": Words(
            "Dieses Imgur\u2011Konto ist vergeben",
            "Ein anderes Discord-Konto hat es verbunden. Gehören dir beide, dann gib "
            "dort zuerst /account\u00a0unlink ein.",
        ),
        "foreign": Words(
            "Imgur hat das nicht bestätigt",
            "Was auf dieser Seite ankam, wurde nicht für diesen Bot ausgestellt. Nichts "
            "wurde verbunden. Hole dir mit /account\u00a0link in Discord einen neuen.",
        ),
        "imgur": Words(
            "Imgur hat nicht geantwortet",
            "Nichts wurde verbunden. Warte ein paar Minuten und gib dann in Discord "
            "noch einmal /account\u00a0link ein.",
        ),
        "discord": Words(
            "Discord hat nicht geantwortet",
            "Nichts wurde verbunden. Warte eine Minute und öffne dann den Link aus "
            "Discord noch einmal.",
        ),
        "unavailable": Words(
            "Verbinden geht zurzeit nicht",
            "Dem Bot fehlt etwas, das nur sein Betreiber beheben kann. "
            "/account\u00a0link sagt, was es ist.",
        ),
        "failed": Words(
            "Bei uns ist etwas schiefgegangen",
            "Nichts wurde verbunden. Gib in Discord noch einmal /account\u00a0link ein; "
            "kommt das wieder, sage es dem Betreiber des Bots.",
        ),
        "empty": Words(
            "Hier gibt es nichts mehr zu tun",
            "Diese Seite wurde ein zweites Mal geöffnet oder ohne eine Antwort von "
            "Imgur. /account\u00a0status in Discord sagt dir, ob dein Konto verbunden "
            "ist.",
        ),
        "script": Words(
            "Diese Seite kam nicht ans Ziel",
            "Die Verbindung riss ab, oder etwas in diesem Browser hielt die Seite auf. "
            "/account\u00a0status in Discord sagt dir, ob dein Konto verbunden ist; "
            "wenn nicht, gib noch einmal /account\u00a0link ein.",
        ),
        "noscript": Words(
            "Diese Seite braucht JavaScript",
            "Imgur legt seine Antwort dorthin, wo nur ein Skript in deinem Browser sie "
            "lesen kann. Erlaube JavaScript für diese Seite und gib dann in Discord "
            "noch einmal /account\u00a0link ein.",
        ),
        "limited": Words(
            "Zu viele Anfragen",
            "Warte eine Minute und versuche es dann noch einmal.",
        ),
        "missing": Words(
            "Diese Seite gibt es nicht",
            "Um ein Imgur-Konto zu verbinden, gib in Discord /account\u00a0link ein.",
        ),
        "method": Words(
            "Das kann diese Seite nicht",
            "Sie wurde auf eine Weise geöffnet, die sie nicht kennt. Gib in Discord "
            "/account\u00a0link ein.",
        ),
        "request": Words(
            "Diese Anfrage war nicht zu verstehen",
            "Sie kam nicht von unserer eigenen Seite, oder sie wurde unterwegs "
            "beschädigt. Gib in Discord /account\u00a0link ein und folge dem neuen "
            "Link.",
        ),
    },
    steps_with_proof=(
        "Discord bestätigt, dass du es bist.",
        "Imgur fragt, ob dieser Bot dein Konto nutzen darf.",
        "Du bist zurück in Discord, verbunden.",
    ),
    steps_with_code=(
        "Imgur fragt, ob dieser Bot dein Konto nutzen darf.",
        "Diese Seite zeigt dir einen Code.",
        "Du gibst den Code in Discord ein.",
    ),
    go_on="Weiter",
    caution=(
        "Bist du das nicht, oder hat dir jemand diese Adresse geschickt? Dann "
        "schließe die Seite: Noch ist nichts geschehen."
    ),
    imgur_account="Imgur\u2011Konto",
    discord_user="Discord\u2011Konto",
)
