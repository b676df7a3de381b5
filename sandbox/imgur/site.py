"""Imgur's website and image host as far as a client meets them: files and small pages. Pure.

Source: https://api.imgur.com/models/image (thumbnails); redirects and refusals as reported.
"""

import re
from html import escape
from http import HTTPStatus

from sandbox.imgur.calls import Links
from sandbox.imgur.dialects.images import BIG_GIF_BYTES, cut, file_link
from sandbox.imgur.messages import Blob, HostedFile, Media, Request, Response, Variant
from sandbox.imgur.pages import page, plain_page
from sandbox.imgur.records import Album, Image
from sandbox.imgur.state import State

#: What a removed picture's address leads to.
REMOVED = Blob("drawn-removed", 1024, "", "image/png", Media("image/png", 161, 81))

#: What is shown where Imgur does not want to be seen.
REGION = Blob("drawn-region", 16384, "", "image/png", Media("image/png", 640, 360))

_FILE = re.compile(r"/(?P<stem>[A-Za-z0-9]{5,8})(?P<site>_d)?\.(?P<extension>[A-Za-z0-9]{2,5})")
_PAGE = re.compile(
    r"/(?:(?:a|gallery|t/[^/]+|r/[^/]+|topic/[^/]+)/)?(?:[^/]*-)?(?P<id>[A-Za-z0-9]+)"
)
_DELETE = re.compile(r"/delete/(?P<hash>[A-Za-z0-9]{15})")
_AVATAR = re.compile(r"/user/(?P<name>[A-Za-z0-9]{1,63})/avatar")
_THUMBNAILS: dict[str, Variant] = {"s": "s", "b": "b", "t": "t", "m": "m", "l": "l", "h": "h"}
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<rect width="16" height="16" rx="4" fill="#1bb76e"/>'
    '<path d="M3 12l4-5 3 3 2-2 2 4z" fill="#fff"/></svg>'
)


def answer(state: State, request: Request, links: Links) -> Response:
    """A file, a page, or the way to one."""
    fixed = _FIXED.get(request.path)
    if fixed is not None:
        return fixed
    if found := _DELETE.fullmatch(request.path):
        return _delete(state, request, found["hash"])
    if found := _AVATAR.fullmatch(request.path):
        return _file(_avatar(found["name"]), "original", "image/png")
    if request.method not in {"GET", "HEAD"}:
        return _html(405, plain_page("405 Not Allowed", "This page can only be read."))
    if found := _FILE.fullmatch(request.path):
        return _refused(state, request) or _picture(state, request, links, found)
    found = _PAGE.fullmatch(request.path)
    return _human_page(state, links, found["id"]) if found else _missing()


def _refused(state: State, request: Request) -> Response | None:
    """What the real image host does to some callers, where that is switched on."""
    if state.switches.region_refused:
        return _file(REGION, "original", "image/png")
    if not state.switches.strict_image_host:
        return None
    headers = request.headers
    if headers.get("user-agent", "").startswith("python-requests"):
        return _html(429, plain_page("429", "Too many requests"))
    if headers.get("referer", "").startswith("http://127.0.0.1"):
        return _html(403, plain_page("403", "Forbidden"))
    if "text/html" in headers.get("accept", ""):
        return _redirect(request.path.rpartition(".")[0])
    return None


def _picture(state: State, request: Request, links: Links, found: re.Match[str]) -> Response:
    image, thumbnail = _image_and_suffix(state, found["stem"])
    if image is None:
        return _redirect("/removed.png") if found["stem"] in state.images else _missing()
    if found["extension"] == "gifv":
        return _html(200, _player(image, links))
    if found["site"]:
        return _resized(image, request)
    if thumbnail is not None:
        return _file(image.blob, thumbnail, "image/jpeg")
    if found["extension"] == "mp4" and image.polls_left > 0:
        return _redirect("/removed.png")
    image.views += 1
    return _whole(image, found["extension"])


def _image_and_suffix(state: State, stem: str) -> tuple[Image | None, Variant | None]:
    """The picture that a file name means; a thumbnail's has one letter more than an id."""
    image = state.image(stem)
    if image is None and len(stem) in {6, 8} and stem[-1] in _THUMBNAILS:
        return state.image(stem[:-1]), _THUMBNAILS[stem[-1]]
    return image, None


def _whole(image: Image, extension: str) -> Response:
    if image.is_video:
        return _file(image.blob, "original", image.blob.sniffed_type)
    if image.animated and extension == "mp4":
        return _file(image.blob, "clip", "video/mp4")
    if image.type == image.blob.sniffed_type:
        return _file(image.blob, "original", image.type)
    return _file(image.blob, "jpeg" if image.type == "image/jpeg" else "png", image.type)


def _resized(image: Image, request: Request) -> Response:
    """The website's own resized form, at the next thumbnail size."""
    width = dict(request.query).get("maxwidth", "")
    wide = not width.isdigit() or int(width) > 640  # noqa: PLR2004 - the size of "l"
    return _file(image.blob, "h" if wide else "l", "image/jpeg")


def _human_page(state: State, links: Links, item_id: str) -> Response:
    album = state.album(item_id)
    if album is not None:
        return _html(200, _album_page(state, album, links))
    image = state.image(item_id)
    if image is None:
        return _missing()
    text = _image_page(state, image, links)
    image.polls_left = max(0, image.polls_left - 1)
    return _html(200, text)


def _image_page(state: State, image: Image, links: Links) -> str:
    title = _title(state, image)
    return page(title, f"<h1>{escape(title)}</h1>{_shown(image, links)}", wide=True)


def _album_page(state: State, album: Album, links: Links) -> str:
    title = _title(state, album)
    pictures = "".join(_shown(image, links) for image in state.pictures_of(album))
    return page(title, f"<h1>{escape(title)}</h1>{pictures or '<p>Empty.</p>'}", wide=True)


def _title(state: State, item: Image | Album) -> str:
    """The gallery's words for it, else its own."""
    post = state.posts.get(item.id)
    return cut(post.title if post else item.title) or "Untitled"


def _shown(image: Image, links: Links) -> str:
    words = f"<p>{escape(image.description)}</p>" if image.description else ""
    return _moving(image, links) + words


def _moving(image: Image, links: Links) -> str:
    """The picture itself; films play without a sound, once they are processed."""
    if image.polls_left > 0:
        return "<p>This film is still being processed. Reload the page in a moment.</p>"
    address = escape(file_link(image, links), quote=True)
    if image.size_bytes > BIG_GIF_BYTES and image.type == "image/gif":
        address = f"{links.images}/{image.id}.gif"
    size = f'width="{image.width}" height="{image.height}"'
    if image.is_video:
        return f'<video {size} src="{address}" autoplay loop muted playsinline controls></video>'
    words = escape(image.title or "Picture without a title", quote=True)
    return f'<img {size} src="{address}" alt="{words}">'


def _player(image: Image, links: Links) -> str:
    return page(cut(image.title) or "Animation", _moving(image, links), wide=True)


def _delete(state: State, request: Request, deletehash: str) -> Response:
    """The human way to use a deletehash: asks first."""
    image = next((i for i in state.images.values() if i.deletehash == deletehash), None)
    if image is None:
        return _missing()
    if image.deleted or request.method == "POST":
        state.remove_image(image)
        return _html(200, plain_page("Deleted", "This picture has been deleted."))
    return _html(
        200,
        page(
            "Delete this picture?",
            "<h1>Delete this picture?</h1><p>There is no way back.</p>"
            '<form method="post"><button class="no">Yes, delete it</button></form>',
        ),
    )


def _avatar(name: str) -> Blob:
    """An account's picture of itself."""
    return Blob(f"drawn-avatar-{name}", 8192, "", "image/png", Media("image/png", 128, 128))


def _missing() -> Response:
    return _html(
        HTTPStatus.NOT_FOUND,
        plain_page("imgur: the simple 404 page", "There is nothing at this address."),
    )


def _file(blob: Blob, variant: Variant, content_type: str) -> Response:
    file = HostedFile(blob, variant, content_type)
    headers = {"Content-Type": content_type, "Access-Control-Allow-Origin": "*"}
    return Response(200, headers=headers, file=file)


def _redirect(address: str) -> Response:
    return Response(302, headers={"Location": address})


def _html(status: int, text: str) -> Response:
    return Response(int(status), text.encode(), {"Content-Type": "text/html; charset=utf-8"})


_FIXED = {
    "/": _redirect("/sandbox"),
    "/favicon.ico": Response(200, _ICON.encode(), {"Content-Type": "image/svg+xml"}),
    "/removed.png": _file(REMOVED, "original", "image/png"),
}
