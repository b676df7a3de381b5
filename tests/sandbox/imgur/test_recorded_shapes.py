"""The sandbox's answers beside Imgur's own: the same keys and types, the same words in errors."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sandbox.imgur.commands import SetCredits, SetOAuth, set_credits, set_oauth
from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from tests.sandbox.imgur.asking import NOW, Asker, Told, asker, blob_of, unreadable
from tests.sandbox.imgur.recorded import Sample, samples, unlike

PARAMETERS = [pytest.param(sample, id=sample.name) for sample in samples()] or [
    pytest.param(
        None,
        id="no-samples",
        marks=pytest.mark.skip(reason="IMGUR_SAMPLES_DIR does not name a folder of recordings"),
    )
]

#: Recordings that are compared with nothing, and why.
NOT_COMPARED = {
    "j0k3r-php-imgur-api-client__2016-oauth2-testrefreshtoken-200-15": "mock: two fields of seven",
    "j0k3r-php-imgur-api-client__2016-oauth2-testrefreshtokenbadstatuscode-400-14": "mock: oops2",
    "j0k3r-php-imgur-api-client__2016-albumorimage-testwithimageidbutbadresponse-500-4": (
        "mock: oops !"
    ),
    "damiendennehy-imgur-api__2020-getimage": "mock: owner's fields on another's, tags as text",
    "damiendennehy-imgur-api__2020-uploadimage": "mock: the same under another path",
    "damiendennehy-imgur-api__2020-uploadimagewithnullvalues": "mock: the same with nulls",
    "damiendennehy-imgur-api__2016-errors-imgurclienterror": (
        "POST /3/credits is no call; its 401 is compared by other samples"
    ),
}

#: An error's text → the fault that says it.
FAULTS = {
    "Imgur is over capacity. Please try again.": "over-capacity-1203",
    "Imgur is temporarily over capacity. Please try again later.": "over-capacity-429",
    "Could not complete request": "could-not-complete",
    "commercial key": "commercial-key-missing",
    "Banned country attempt (EG)": "banned-country",
    "Forbidden": "forbidden-400",
    "These actions are forbidden.": "edge-forbidden",
    "html": "nginx-429",
    "You are uploading too fast. Please wait 59 more minutes.": "uploading-too-fast",
    "[PCceSFe]: Failed stripping metadata": "processing-failed",
}

#: Pattern of a recorded call → the same call here, and its form.
CALLS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("DELETE", r"/3/account/\w+/album/\w+", "/3/account/me/album/{album}", {}),
    ("DELETE", r"/3/account/\w+/comment/\w+", "/3/account/me/comment/{own_comment}", {}),
    ("DELETE", r"/3/account/\w+/image/\w+", "/3/account/me/image/{image}", {}),
    ("GET", r"/3/account/\w+", "/3/account/me", {}),
    ("GET", r"/3/account/\w+/favorites/.*", "/3/account/me/favorites/0/oldest", {}),
    ("GET", r"/3/account/\w+/gallery_favorites/.*", "/3/account/me/gallery_favorites", {}),
    ("GET", r"/3/account/\w+/settings", "/3/account/me/settings", {}),
    ("POST", r"/3/account/\w+/settings", "/3/account/me/settings", {"bio": "x"}),
    ("GET", r"/3/account/\w+/submissions/.*", "/3/account/mothwing/submissions", {}),
    ("GET", r"/3/account/\w+/album/\w+", "/3/account/me/album/{album}", {}),
    ("GET", r"/3/account/\w+/albums/count", "/3/account/me/albums/count", {}),
    ("GET", r"/3/account/\w+/albums/ids/.*", "/3/account/me/albums/ids", {}),
    ("GET", r"/3/account/\w+/albums/.*", "/3/account/me/albums", {}),
    ("GET", r"/3/account/\w+/comment/\w+", "/3/account/me/comment/{own_comment}", {}),
    ("GET", r"/3/account/\w+/comments/count", "/3/account/me/comments/count", {}),
    ("GET", r"/3/account/\w+/comments/ids/.*", "/3/account/me/comments/ids/worst", {}),
    ("GET", r"/3/account/\w+/comments/.*", "/3/account/me/comments/worst", {}),
    ("GET", r"/3/account/\w+/gallery_profile", "/3/account/mothwing/gallery_profile", {}),
    ("GET", r"/3/account/\w+/image/\w+", "/3/account/me/image/{image}", {}),
    ("GET", r"/3/account/\w+/images/count", "/3/account/me/images/count", {}),
    ("GET", r"/3/account/\w+/images/ids/.*", "/3/account/me/images/ids", {}),
    ("GET", r"/3/account/\w+/images/.*", "/3/account/me/images", {}),
    ("GET", r"/3/account/\w+/notifications.*", "/3/account/me/notifications?new=false", {}),
    ("POST", r"/3/account/\w+/verifyemail", "/3/account/me/verifyemail", {}),
    ("GET", r"/3/account/\w+/verifyemail", "/3/account/me/verifyemail", {}),
    ("POST", r"/3/album/[\w{}]+/add", "/3/album/{album}/add", {"ids": "{image}"}),
    ("POST", r"/3/album", "/3/album", {}),
    ("DELETE", r"/3/album/[\w{}]+/remove_images", "/3/album/{album}/remove_images?ids={image}", {}),
    ("DELETE", r"/3/album/[\w{}]+", "/3/album/{album}", {}),
    ("POST", r"/3/album/[\w{}]+/favorite", "/3/album/{album}/favorite", {}),
    ("POST", r"/3/album/[\w{}]+", "/3/album/{album}", {"ids": "{image}"}),
    ("PUT", r"/3/album/[\w{}]+", "/3/album/{album}", {"title": "x"}),
    ("GET", r"/3/album/[\w{}]+/image/[\w{}]+", "/3/album/{album}/image/{image}", {}),
    ("GET", r"/3/album/[\w{}]+/images", "/3/album/{album}/images", {}),
    ("GET", r"/3/album/[\w{}]+", "/3/album/{album}", {}),
    ("POST", r"/3/comment", "/3/comment", {"image_id": "{item}", "comment": "x"}),
    ("POST", r"/3/comment/[\w{}]+/report", "/3/comment/{comment}/report", {}),
    ("POST", r"/3/comment/[\w{}]+/vote/\w+", "/3/comment/{comment}/vote/down", {}),
    ("POST", r"/3/comment/[\w{}]+", "/3/comment/{comment}", {"image_id": "{item}", "comment": "x"}),
    ("DELETE", r"/3/comment/\w+", "/3/comment/{own_comment}", {}),
    ("GET", r"/3/comment/\w+/replies", "/3/comment/{comment}/replies", {}),
    ("GET", r"/3/comment/\{missing\}", "/3/comment/17", {}),
    ("GET", r"/3/comment/\w+", "/3/comment/{comment}", {}),
    ("POST", r"/3/conversations/block/.*", "/3/conversations/block/marmalade", {}),
    ("POST", r"/3/conversations/report/.*", "/3/conversations/report/marmalade", {}),
    ("POST", r"/3/conversations/.*", "/3/conversations/marmalade", {"body": "x"}),
    ("DELETE", r"/3/conversations/.*", "/3/conversations/{conversation}", {}),
    ("GET", r"/3/conversations", "/3/conversations", {}),
    ("GET", r"/3/conversations/.*", "/3/conversations/{conversation}/1/0", {}),
    ("GET", r"/3/credits", "/3/credits", {}),
    ("POST", r"/3/gallery/\w+/comment", "/3/gallery/{item}/comment", {"comment": "x"}),
    (
        "POST",
        r"/3/gallery/\w+/comment/\w+",
        "/3/gallery/{item}/comment/{comment}",
        {"comment": "x"},
    ),
    ("POST", r"/3/gallery/[\w{}]+/report", "/3/gallery/{item}/report", {}),
    ("POST", r"/3/gallery/\w+/vote/\w+", "/3/gallery/{item}/vote/down", {}),
    ("POST", r"/3/gallery/[\w{}]+/vote/tag/.*", "/3/gallery/{item}/vote/tag/{tag}/up", {}),
    ("POST", r"/3/gallery/\w+", "/3/gallery/{image}", {"title": "x"}),
    ("DELETE", r"/3/gallery/\w+", "/3/gallery/{shared}", {}),
    ("GET", r"/3/gallery/album/\w+(/json)?", "/3/gallery/album/{item}", {}),
    ("GET", r"/3/gallery/image/\w+", "/3/gallery/image/{item}", {}),
    ("GET", r"/3/gallery/\w+/comment/\w+", "/3/gallery/{item}/comment/{comment}", {}),
    ("GET", r"/3/gallery/\w+/comments/count", "/3/gallery/{item}/comments/count", {}),
    ("GET", r"/3/gallery/\w+/comments/ids", "/3/gallery/{item}/comments/ids", {}),
    ("GET", r"/3/gallery/\w+/comments/\w+", "/3/gallery/{item}/comments/best", {}),
    ("GET", r"/3/gallery/\w+/tags", "/3/gallery/{item}/tags", {}),
    ("GET", r"/3/gallery/\w+/votes", "/3/gallery/{item}/votes", {}),
    ("GET", r"/3/gallery/t/\w+/\w+/.*", "/3/gallery/t/{tag}/viral/week/0", {}),
    ("GET", r"/3/gallery/t/\w+/\w+", "/3/gallery/t/{tag}/{item}", {}),
    ("GET", r"/3/gallery/r/\w+/\w+/.*", "/3/gallery/r/pics/time/week/0", {}),
    ("GET", r"/3/gallery/r/\w+/\w+", "/3/gallery/r/{section}/{section_item}", {}),
    ("GET", r"/3/gallery/random/.*", "/3/gallery/random/random/0", {}),
    ("GET", r"/3/gallery/search/.*", "/3/gallery/search/time/all/0?q_any=cat dog robot", {}),
    ("GET", r"/3/gallery/(hot|t/\{).*", "/3/gallery/hot/viral/day/0?album_previews={previews}", {}),
    ("GET", r"/3/gallery/\w+", "/3/gallery/{item}", {}),
    ("GET", r"/3/g/memes/[\w]+/.*", "/3/g/memes/viral/week/0", {}),
    ("GET", r"/3/g/memes/.*", "/3/g/memes/{meme}", {}),
    ("GET", r"/3/g/custom/.*", "/3/g/custom/viral/week/0", {}),
    ("POST", r"/3/image/[\w{}]+/favorite", "/3/image/{image}/favorite", {}),
    ("DELETE", r"/3/image/[\w{}]+", "/3/image/{image}", {}),
    ("POST", r"/3/image/[\w{}]+", "/3/image/{image}", {"title": "x"}),
    ("GET", r"/3/image/[\w{}]+", "/3/image/{image}", {}),
    ("GET", r"/3/memegen/defaults", "/3/memegen/defaults", {}),
    ("GET", r"/3/notification", "/3/notification?new=false", {}),
    ("GET", r"/3/tags", "/3/tags", {}),
    ("GET", r"/3/topics/defaults", "/3/topics/defaults", {}),
)


@dataclass
class Stage:
    """A world in which every call has something to answer, asked by one of its accounts."""

    asking: Asker
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def set_for(cls, sample: Sample) -> "Stage":
        """A stage whose pictures are like the sample's."""
        asking = asker("classic").as_account("quietharbour")
        stage, data = cls(asking), sample.data
        asking.me.email_verified = sample.method == "GET"
        first = data[0] if isinstance(data, list) and data else data
        first = first if isinstance(first, dict) else {}
        stage._picture(first, owned="deletehash" in first or "account/" in sample.path)
        stage._gallery(first, previews="images" in first)
        stage._talk()
        return stage

    def _picture(self, like: dict[str, Any], *, owned: bool) -> None:
        inner = (like.get("images") or [like])[0]
        kind = str(inner.get("type") or "image/png")
        uploader = self.asking if owned else self.asking.as_account("marmalade")
        blob = blob_of(kind, moves=bool(inner.get("animated")))
        image = uploader.upload("/3/image", blob, {"title": "x", "description": "y"})
        image_id = image.data.get("id") or next(reversed(self.asking.world.state.images))
        kept = self.asking.world.state.images[image_id]
        kept.polls_left = 0
        kept.blob = replace(kept.blob, size_bytes=int(inner.get("size", 999)))
        album = uploader.post("/3/album", {"ids": image_id, "title": "x", "privacy": "public"})
        shared = self.asking.upload().data["id"]
        self.asking.post(f"/3/gallery/{shared}", {"title": "x"})
        self.names |= {"image": image_id, "album": album.data["id"], "shared": shared}
        own = self.asking.upload().data["id"]
        own_album = self.asking.post("/3/album", {"ids": own}).data["id"]
        self.names |= {"own_image": own, "own_album": own_album}

    def _gallery(self, like: dict[str, Any], *, previews: bool) -> None:
        state = self.asking.world.state
        posts = [
            post
            for post in state.posts.values()
            if post.is_album == bool(like.get("is_album"))
            and post.tags
            and any(comment.post_id == post.id for comment in state.comments.values())
        ]
        if not like.get("is_album") and like.get("type"):
            posts = [post for post in posts if state.images[post.id].type == like["type"]]
        item = posts[0]
        section = next(p for p in state.posts.values() if p.subreddit == "pics" and not p.nsfw)
        meme = next(p for p in state.posts.values() if p.meme and p.is_album == item.is_album)
        form = {"comment": "x"}
        own = self.asking.post(f"/3/gallery/{item.id}/comment", form).data["id"]
        comment = next(c.id for c in state.comments.values() if c.post_id == item.id)
        self.asking.post(f"/3/album/{item.id}/favorite")
        self.asking.post(f"/3/image/{item.id}/favorite")
        self.asking.put("/3/g/custom/add_tags", {"tags": item.tags[0]})
        self.names |= {
            "item": item.id,
            "tag": item.tags[0],
            "section": section.subreddit,
            "section_item": section.id,
            "meme": meme.id,
            "comment": str(comment),
            "own_comment": str(own),
            "previews": str(previews).lower(),
        }

    def _talk(self) -> None:
        other = self.asking.as_account("marmalade")
        other.post("/3/conversations/quietharbour", {"body": "x"})
        form = {"image_id": self.names["item"], "comment": "x"}
        other.post(f"/3/comment/{self.names['own_comment']}", form)
        conversation = self.asking.get("/3/conversations").data[0]["id"]
        self.names["conversation"] = str(conversation)

    def ask(self, sample: Sample) -> Told:
        """The recorded call, here."""
        for method, pattern, address, form in CALLS:
            if method == sample.method and re.fullmatch(pattern, sample.path.partition("?")[0]):
                names = self._names_for(sample)
                values = {name: text.format(**names) for name, text in form.items()}
                return self.asking.ask(method, address.format(**names), values)
        raise AssertionError(f"no call like {sample.method} {sample.path}")

    def _names_for(self, sample: Sample) -> dict[str, str]:
        """Writing needs what is the caller's own, reading what is like the sample."""
        if sample.method == "GET":
            return self.names
        own = {"image": self.names["own_image"], "album": self.names["own_album"]}
        return self.names | own


def uploaded(sample: Sample) -> Told:
    """The recorded upload, here."""
    asking = asker("mixed" if "upload" in sample.path else "classic")
    if sample.data.get("account_id"):
        asking = asking.as_account()
    if "ticket" in sample.data:
        return asking.upload(sample.path, blob_of("video/mp4"))
    blob = blob_of(sample.data["type"], moves=bool(sample.data["animated"]))
    return asking.upload(sample.path, blob)


def token(sample: Sample) -> Told:
    """The recorded exchange, here."""
    asking = asker("classic")
    form = {"client_id": DEMO_CLIENT_ID, "client_secret": DEMO_CLIENT_SECRET}
    grant = "code" if "code" in sample.name else "pin" if "pin" in sample.name else "refresh"
    address = f"/oauth2/authorize?client_id={DEMO_CLIENT_ID}&response_type=code"
    allowed = asking.post(address, {"account": "marmalade", "answer": "allow"}, auth="")
    form |= {"grant_type": "authorization_code"}
    form |= {"code": allowed.headers["location"].partition("code=")[2]}
    if sample.error == "Invalid refresh token":
        set_oauth(asking.world, SetOAuth(rotate_refresh=True), NOW)
        used = asking.post("/oauth2/token", form, auth="").document["refresh_token"]
        again = {"grant_type": "refresh_token", "refresh_token": used}
        asking.post("/oauth2/token", form | again, auth="")
        return asking.post("/oauth2/token", form | again, auth="")
    if sample.error:
        used = {"grant_type": "refresh_token", "refresh_token": "f" * 40}
        return asking.post("/oauth2/token", form | used, auth="")
    told = asking.post("/oauth2/token", form, auth="")
    if grant == "refresh":
        again = {"grant_type": "refresh_token", "refresh_token": told.document["refresh_token"]}
        return asking.post("/oauth2/token", form | again, auth="")
    return told


def refused(sample: Sample) -> Told:
    """The recorded refusal, here: in the natural way where there is one, else by its fault."""
    new = "upload" in sample.path or "errors" in sample.body
    asking = asker("new" if new else "classic")
    if sample.error in FAULTS:
        fault = {"x-sandbox-fault": FAULTS[sample.error]}
        return asking.get("/3/credits", headers=fault)
    return NATURAL.get(sample.error, missing)(asking, sample)


def dry(asking: Asker, sample: Sample) -> Told:
    """An upload without credits."""
    set_credits(asking.world, SetCredits(pool="user", remaining=0), NOW)
    return asking.upload(sample.path)


def not_allowed(asking: Asker, sample: Sample) -> Told:
    """A look at somebody else's address, or a try to delete."""
    if sample.method == "GET":
        return asking.as_account().get("/3/account/pixelpenguin/verifyemail")
    return missing(asking, sample)


def missing(asking: Asker, sample: Sample) -> Told:
    """The recorded call for something that is not there."""
    if "/oauth2/" in sample.path:
        return token(sample)
    asked = sample.data["request"].replace("...", "")
    if "gallery/album" in asked:
        asked = next(
            f"/3/gallery/album/{post.id}"
            for post in asking.world.state.posts.values()
            if not post.is_album
        )
    return asking.as_account().ask(sample.method, asked)


#: An error's text → how to be refused so.
NATURAL: dict[str, Callable[[Asker, Sample], Told]] = {
    "No image data was sent to the upload api": lambda a, s: a.post(s.path),
    "File type invalid (1)": lambda a, s: a.upload(s.path, unreadable("image/webp")),
    "Could not process upload!": lambda a, s: a.upload(s.path, unreadable("image/png")),
    "Internal expectation failed": lambda a, s: a.upload(s.path, unreadable("image/png")),
    "file is over the size limit": lambda a, s: a.upload(s.path, blob_of("image/png", 10**7 + 1)),
    "Too Many Requests": dry,
    "Invalid client_id": lambda a, s: a.upload(s.path, auth="Client-ID 0"),
    "The access token provided is invalid.": lambda a, s: a.upload(s.path, auth="Bearer 0"),
    "User Previously Verified": lambda a, s: a.as_account().post(s.path),
    "Unauthorized": not_allowed,
}


def answer_to(sample: Sample) -> Told:
    if sample.error:
        return refused(sample)
    if sample.data is False or sample.data == "An error occurred":
        fault = "false-data" if sample.data is False else "plain-string"
        return asker("classic").get("/3/credits", headers={"x-sandbox-fault": fault})
    if sample.path == "/oauth2/token":
        return token(sample)
    if sample.method == "POST" and sample.path in {"/3/image", "/3/upload"}:
        return uploaded(sample)
    return Stage.set_for(sample).ask(sample)


@pytest.mark.parametrize("sample", PARAMETERS)
def test_the_sandbox_answers_in_the_recorded_shape(sample: Sample) -> None:
    if sample.name in NOT_COMPARED:
        pytest.skip(NOT_COMPARED[sample.name])

    told = answer_to(sample)

    if isinstance(sample.body, str):
        assert "<html" in told.text
        return
    assert unlike(sample, told.document) == []
    if sample.status is not None:
        assert told.status == sample.status
    if sample.error and isinstance(sample.data, dict):
        theirs, ours = without_ids(sample.error), without_ids(_error_text(told))
        assert ours == theirs


def without_ids(text: str) -> str:
    """An error's words without what it is about."""
    text = re.sub(r"(with the (?:id|ID), |not found)\w+", r"\1…", text)
    return re.sub(r"^\[\w+\]|\((?:EG|XX)\)", "…", text)


def _error_text(told: Told) -> str:
    error = told.data["error"]
    text = error.get("message", error.get("detail")) if isinstance(error, dict) else error
    return str(text)


def test_every_recording_that_is_not_compared_has_its_reason_and_exists() -> None:
    names = {sample.name for sample in samples()}
    if not names:
        pytest.skip("IMGUR_SAMPLES_DIR does not name a folder of recordings")

    assert set(NOT_COMPARED) <= names
