"""Write docs/endpoints.md: every call of Imgur's API, and where the client has it.

Run it after adding a call: ``python scripts/endpoints_table.py``. A test compares the two.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "endpoints.md"

#: All calls that Imgur has, or had, documented or seen in use.
#: Source: https://apidocs.imgur.com, https://api.imgur.com/endpoints and Imgur's own site.
KNOWN = """
GET /3/image/{image_id}
POST /3/image
POST /3/upload
POST /3/upload/checkcaptcha
GET /upload/poll
POST /3/image/{image_id}
DELETE /3/image/{image_id}
POST /3/image/{image_id}/favorite
GET /3/album/{album_id}
GET /3/album/{album_id}/images
GET /3/album/{album_id}/image/{image_id}
POST /3/album
PUT /3/album/{album_id}
POST /3/album/{album_id}
DELETE /3/album/{album_id}
POST /3/album/{album_id}/favorite
POST /3/album/{album_id}/add
POST /3/album/{album_id}/remove_images
GET /3/gallery/{section}/{sort}/{window}/{page}
GET /3/gallery/search/{sort}/{window}/{page}
GET /3/gallery/r/{subreddit}/{sort}/{window}/{page}
GET /3/gallery/r/{subreddit}/{image_id}
GET /3/gallery/t/{tag}/{sort}/{window}/{page}
GET /3/gallery/t/{tag}/{image_id}
GET /3/gallery/random/random/{page}
GET /3/gallery/{post_id}
GET /3/gallery/album/{post_id}
GET /3/gallery/image/{post_id}
GET /3/tags
GET /3/gallery/tag_info/{tag}
GET /3/gallery/{post_id}/tags
POST /3/gallery/tags/{post_id}
POST /3/gallery/{post_id}/vote/tag/{tag}/{vote}
POST /3/gallery/{post_id}
POST /3/gallery/image/{image_id}
POST /3/gallery/album/{album_id}
DELETE /3/gallery/{post_id}
POST /3/gallery/image/{post_id}/report
GET /3/gallery/{post_id}/votes
POST /3/gallery/{post_id}/vote/{vote}
GET /3/gallery/{post_id}/comments/{sort}
GET /3/gallery/{post_id}/comment/{comment_id}
POST /3/gallery/{post_id}/comment
POST /3/gallery/{post_id}/comment/{comment_id}
GET /3/gallery/{post_id}/comments/ids
GET /3/gallery/{post_id}/comments/count
GET /3/g/memes/{sort}/{window}/{page}
GET /3/g/memes/{image_id}
GET /3/account/{username}
GET /3/account/{username}/gallery_profile
GET /3/account/{username}/available_avatars
GET /3/account/{username}/avatar
GET /3/account/me/settings
PUT /3/account/{username}/settings
GET /3/account/{username}/verifyemail
POST /3/account/{username}/verifyemail
GET /3/account/{username}/gallery_favorites/{page}/{sort}
GET /3/account/{username}/favorites/{page}/{sort}
GET /3/account/{username}/folders/{folder_id}/favorites
GET /3/account/{username}/submissions/{page}/{sort}
GET /3/account/{username}/albums/{page}
GET /3/account/{username}/album/{album_id}
GET /3/account/{username}/albums/ids/{page}
GET /3/account/{username}/albums/count
DELETE /3/account/{username}/album/{album_id}
GET /3/account/{username}/comments/{sort}/{page}
GET /3/account/{username}/comment/{comment_id}
GET /3/account/{username}/comments/ids/{sort}/{page}
GET /3/account/{username}/comments/count
DELETE /3/account/{username}/comment/{comment_id}
GET /3/account/me/images
GET /3/account/{username}/images/{page}
GET /3/account/{username}/image/{image_id}
GET /3/account/{username}/images/ids/{page}
GET /3/account/{username}/images/count
DELETE /3/account/{username}/image/{deletehash}
POST /3/account/me/follow/tag/{tag}
DELETE /3/account/me/follow/tag/{tag}
GET /account/v1/{username}/block
POST /account/v1/{username}/block
DELETE /account/v1/{username}/block
GET /3/account/me/block
GET /3/account/{username}/notifications/replies
GET /3/account/{username}/notifications/messages
GET /3/account/{username}/notifications
POST /3/account/{username}/message
GET /3/account/{username}/likes
GET /3/account/{username}/stats
POST /3/account/{username}
DELETE /3/account/{username}
POST /3/account/me/delete
POST /3/account/{username}/follow
GET /3/comment/{comment_id}
GET /3/comment/{comment_id}/replies
POST /3/comment
POST /3/comment/{comment_id}
DELETE /3/comment/{comment_id}
POST /3/comment/{comment_id}/vote/{vote}
POST /3/comment/{comment_id}/report
GET /3/feed
GET /3/credits
GET /3/topics/defaults
GET /3/topics/{topic_id}/{sort}/{window}/{page}
GET /3/topics/{topic_id}/{post_id}
GET /3/memegen/defaults
GET /3/g/custom/{sort}/{window}/{page}
GET /3/g/custom/{image_id}
PUT /3/g/custom/add_tags
DELETE /3/g/custom/remove_tags
GET /3/g/filtered/{sort}/{window}/{page}
POST /3/g/block_tag
POST /3/g/unblock_tag
GET /3/conversations
GET /3/conversations/{conversation_id}/{page}/{offset}
POST /3/conversations/{recipient}
DELETE /3/conversations/{conversation_id}
POST /3/conversations/report/{username}
POST /3/conversations/block/{username}
GET /3/notification
GET /3/notification/{notification_id}
POST /3/notification/{notification_id}
POST /3/notification
GET /3/messages
GET /3/message/{message_id}
POST /3/message
DELETE /3/message/{message_id}
GET /post/v1/posts/{post_id}
GET /oauth2/authorize
POST /oauth2/token
GET /oauth2/secret
GET /oauth2/addclient
"""

#: Calls that the client leaves out on purpose, and why.
LEFT_OUT = {
    "POST /3/upload/checkcaptcha": "only for Imgur's own site, which shows a captcha",
    "GET /3/account/me/images": "the same as `/3/account/{username}/images/{page}`",
    "POST /3/account/{username}/message": "named by old docs only; conversations do the same",
    "GET /3/account/{username}/likes": "named by the docs of 2012 only; favourites do the same",
    "GET /3/account/{username}/stats": "named by the docs of 2012 only",
    "POST /3/account/{username}": "making accounts needs a captcha, and is not a client's business",
    "DELETE /3/account/{username}": "deletes a whole account: nothing that a bot should be able to",
    "POST /3/account/me/delete": "deletes a whole account: nothing that a bot should be able to",
    "POST /3/account/{username}/follow": "the docs name it without a usable path",
    "GET /3/messages": "named by the docs of 2012 only, with its twins for ids and count",
    "GET /3/message/{message_id}": "named by the docs of 2012 only, with its twin for threads",
    "POST /3/message": "named by the docs of 2012 only, with its twins for reports and blocks",
    "DELETE /3/message/{message_id}": "named by the docs of 2012 only",
    "GET /post/v1/posts/{post_id}": "the site's own API (`/post/v1/…`): undocumented, in forms of "
    "its own, and it holds nothing that `/3` does not",
    "GET /oauth2/addclient": "Imgur closed the registration of applications in 2025",
}

#: The calls of ``bot/imgur/oauth.py``, which builds requests without sending them.
OAUTH = {
    "GET /oauth2/authorize": ("oauth.authorize_url, oauth.probe_request", "Asks for access."),
    "POST /oauth2/token": (
        "oauth.refresh_request, oauth.code_request, oauth.pin_request",
        "Gives tokens.",
    ),
    "GET /oauth2/secret": ("oauth.secret_request", "Says whether an access token is alive."),
}

#: Calls that another one makes on its way.
INSIDE = {"client.image._polled": "client.image.upload"}

_HEAD = """# Imgur's calls and where the client has them

Written by `scripts/endpoints_table.py` from the code; a test compares the two. `client` is a
`bot.imgur.client.ImgurClient`.

| call | in the client | what it does |
|---|---|---|"""
_LEFT_OUT_HEAD = """
## Left out

| call | why |
|---|---|"""


@dataclass(frozen=True)
class Implemented:
    """One call that the client has.

    Attributes:
        call: Method and path.
        name: How it is reached from ``client``.
        summary: The first sentence of its docstring.
    """

    call: str
    name: str
    summary: str


def shape(call: str) -> str:
    """A call whatever its places are named."""
    return re.sub(r"\{\w+\}", "{}", call)


def known() -> list[str]:
    """All calls, in order."""
    return [line for line in KNOWN.splitlines() if line]


def implemented() -> Iterator[Implemented]:
    """Every call in the code, by reading it."""
    for path in sorted((ROOT / "bot" / "imgur" / "endpoints").glob("*.py")):
        for method in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(method, ast.AsyncFunctionDef):
                summary = (ast.get_docstring(method) or "").split("\n\n")[0]
                summary = summary.replace("\n", " ").replace("``", "`")
                name = f"client.{path.stem}.{method.name}"
                for call in sorted(_calls_in(method)):
                    yield Implemented(call, name, summary)
    for call, (name, summary) in OAUTH.items():
        yield Implemented(call, name, summary)


def _calls_in(method: ast.AsyncFunctionDef) -> set[str]:
    found = set()
    for node in ast.walk(method):
        if isinstance(node, ast.Call):
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            match getattr(node.func, "attr", ""), texts:
                case "_read" | "_do" | "_request", [str(verb), str(path), *_]:
                    found.add(f"{verb} {path}")
                case "_toggle", [str(path), *_]:
                    found.add(f"POST {path}")
    return found


def table() -> str:
    """The whole page."""
    rows: dict[str, list[Implemented]] = {}
    for one in implemented():
        rows.setdefault(shape(one.call), []).append(one)
    lines = [_row(call, rows[shape(call)]) for call in known() if shape(call) in rows]
    gaps = [f"| `{call}` | {reason} |" for call, reason in LEFT_OUT.items()]
    return "\n".join([_HEAD, *lines, _LEFT_OUT_HEAD, *gaps, ""])


def _row(call: str, found: list[Implemented]) -> str:
    names = ", ".join(f"`{INSIDE.get(one.name, one.name)}`" for one in found)
    return f"| `{call}` | {names} | {found[0].summary} |"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(table(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
