"""What the pages say in English."""

from bot.web.language import Language, Words

# A no-break space keeps a command on one line.
WORDS = Language(
    code="en",
    words={
        "home": Words(
            "A Discord bot for Imgur",
            "This address only serves the pages on which people link their Imgur "
            "account to Discord. To link yours, run /account\u00a0link in Discord.",
        ),
        "invitation": Words(
            "Link your Imgur account",
            "This link was made for the Discord user {user_name}, and works for nobody else.",
        ),
        "working": Words(
            "One moment …",
            "Your link is being checked.",
        ),
        "linked": Words(
            "Your Imgur account is linked",
            "What you upload in Discord now goes to this account. You can close this page.",
        ),
        "added": Words(
            "A further Imgur account is linked",
            "Your uploads still go to the account that you linked before. You can close this page.",
        ),
        "code": Words(
            "Type this code in Discord",
            "It links these two accounts to each other. If one of them is not yours, or "
            "somebody asked you for this code, close this page and tell it to nobody. "
            "It is good for ten minutes.",
        ),
        "denied": Words(
            "Nothing was linked",
            "You chose not to give access. You can close this page; run "
            "/account\u00a0link in Discord if you change your mind.",
        ),
        "ticket": Words(
            "This link is no longer valid",
            "A link works once and for ten minutes, and a newer one replaces it. Run "
            "/account\u00a0link in Discord to get a new one.",
        ),
        "visitor": Words(
            "This link belongs to somebody else",
            "It was made for another Discord user, or opened in another browser. "
            "Nothing was linked. If it is yours, sign in to the right account at "
            "discord.com in this browser and open the link from Discord again. If "
            "somebody sent it to you, close this page.",
        ),
        "elsewhere": Words(
            "That Imgur account is taken",
            "Another Discord user has linked it. If both are yours, run "
            "/account\u00a0unlink as that user first.",
        ),
        "foreign": Words(
            "Imgur did not confirm this",
            "What this page received was not issued to this bot. Nothing was linked. "
            "Run /account\u00a0link in Discord to get a new one.",
        ),
        "imgur": Words(
            "Imgur did not answer",
            "Nothing was linked. Wait a few minutes, then run /account\u00a0link in Discord again.",
        ),
        "discord": Words(
            "Discord did not answer",
            "Nothing was linked. Wait a minute, then open the link from Discord again.",
        ),
        "unavailable": Words(
            "Linking does not work at present",
            "The bot lacks something that only its operator can mend. "
            "/account\u00a0link says what it is.",
        ),
        "failed": Words(
            "Something went wrong on our side",
            "Nothing was linked. Run /account\u00a0link in Discord again; if this comes "
            "back, tell the bot's operator.",
        ),
        "empty": Words(
            "Nothing left to do here",
            "This page was opened a second time, or without an answer from Imgur. "
            "/account\u00a0status in Discord says whether your account is linked.",
        ),
        "script": Words(
            "This page could not finish",
            "The connection broke, or something in this browser stopped the page. "
            "/account\u00a0status in Discord says whether your account is linked; if it "
            "is not, run /account\u00a0link again.",
        ),
        "noscript": Words(
            "This page needs JavaScript",
            "Imgur puts its answer where only a script in your browser can read it. "
            "Allow JavaScript for this page, then run /account\u00a0link in Discord "
            "again.",
        ),
        "limited": Words(
            "Too many requests",
            "Wait a minute, then try again.",
        ),
        "missing": Words(
            "There is no such page",
            "To link an Imgur account, run /account\u00a0link in Discord.",
        ),
        "method": Words(
            "This page cannot do that",
            "It was opened in a way that it does not know. Run /account\u00a0link in Discord.",
        ),
        "request": Words(
            "This request was not understood",
            "It did not come from our own page, or it was damaged on its way. Run "
            "/account\u00a0link in Discord and follow the new link.",
        ),
    },
    steps_with_proof=(
        "Discord confirms that it is you.",
        "Imgur asks whether this bot may use your account.",
        "You are back in Discord, linked.",
    ),
    steps_with_code=(
        "Imgur asks whether this bot may use your account.",
        "This page shows you a code.",
        "You type the code in Discord.",
    ),
    go_on="Continue",
    caution=(
        "Not you, or did somebody send you this address? Close this page: nothing has happened yet."
    ),
    imgur_account="Imgur account",
    discord_user="Discord user",
)
