import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.imgur.links import ImgurLink, LinkKind, understand

FORMS = {
    "https://imgur.com/AbCdEf1": (LinkKind.PAGE, "AbCdEf1"),
    "imgur.com/AbCdE": (LinkKind.PAGE, "AbCdE"),
    "//www.imgur.com/AbCdEf1/": (LinkKind.PAGE, "AbCdEf1"),
    "https://imgur.com/some-title-AbCdEf1": (LinkKind.PAGE, "AbCdEf1"),
    "http://m.imgur.com/AbCdEf1": (LinkKind.PAGE, "AbCdEf1"),
    "https://imgur.io/AbCdEf1": (LinkKind.PAGE, "AbCdEf1"),
    "https://i.imgur.com/AbCdEf1": (LinkKind.PAGE, "AbCdEf1"),
    "<https://imgur.com/a/AbCdE#3>": (LinkKind.ALBUM, "AbCdE"),
    "https://imgur.com/a/a-slug-AbCdEf1/layout/grid": (LinkKind.ALBUM, "AbCdEf1"),
    "http://alan.imgur.com/a/AbCdE": (LinkKind.ALBUM, "AbCdE"),
    "https://imgur.com/gallery/AbCdEf1": (LinkKind.POST, "AbCdEf1"),
    "https://imgur.com/gallery/what-a-cat-AbCdEf1?x=1": (LinkKind.POST, "AbCdEf1"),
    "https://imgur.com/gallery/AbCdE/comment/12": (LinkKind.POST, "AbCdE"),
    "https://imgur.com/t/cats/AbCdEf1": (LinkKind.POST, "AbCdEf1"),
    "https://imgur.com/topic/Funny/AbCdEf1": (LinkKind.POST, "AbCdEf1"),
    "https://imgur.com/r/pics/AbCdE": (LinkKind.POST, "AbCdE"),
    "https://imgur.com/t/cats": (LinkKind.TAG, "cats"),
    "https://imgur.com/t/funny/viral": (LinkKind.TAG, "funny"),
    "https://imgur.com/r/pics/top/day": (LinkKind.SUBREDDIT, "pics"),
    "https://imgur.com/user/Sarah/favorites": (LinkKind.USER, "Sarah"),
}
FILES = {
    "https://i.imgur.com/AbCdEf1.png": ("AbCdEf1", "png"),
    "https://i.imgur.com/AbCdEf1.GIFV": ("AbCdEf1", "gifv"),
    "https://imgur.com/AbCdEf1.jpg": ("AbCdEf1", "jpg"),
    "https://i.imgur.com/AbCdEf1h.jpg": ("AbCdEf1", "jpg"),
    "https://i.imgur.com/AbCdEs.jpg": ("AbCdE", "jpg"),
    "https://i.imgur.com/AbCdEfs.jpg": ("AbCdEfs", "jpg"),
    "https://i.imgur.com/AbCdEf1_d.webp?maxwidth=760&fidelity=grand": ("AbCdEf1", "webp"),
    "i.imgur.io/AbCdEf1.mp4#t": ("AbCdEf1", "mp4"),
}
STRANGERS = [
    "",
    "imgur.com",
    "https://imgur.com/gallery",
    "https://imgur.com/gallery/hot",
    "https://imgur.com/privacy",
    "https://imgur.com/login",
    "https://imgur.com/favicon.ico",
    "https://imgur.com/search?q=cats",
    "https://imgur.com/delete/abcdefghijklmno",
    "https://i.imgur.com/removed.png",
    "https://example.org/imgur.com/AbCdEf1",
    "https://imgur.com.example.org/AbCdEf1",
    "https://imgur.com@example.org/AbCdEf1",
    "https://api.imgur.com/AbCdEf1",
    "ftp://imgur.com/AbCdEf1",
    "javascript://imgur.com/AbCdEf1",
    "https://imgur.com/a/AbCdE%2f..%2fx",
    "http://[",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_pasted_address_is_understood(text: str) -> None:
    assert understand(text) == ImgurLink(*FORMS[text])


@pytest.mark.parametrize("text", FILES)
def test_a_pasted_file_is_its_image(text: str) -> None:
    assert understand(text) == ImgurLink(LinkKind.FILE, *FILES[text])


@pytest.mark.parametrize("text", STRANGERS)
def test_what_shows_nothing_of_imgurs_is_not_understood(text: str) -> None:
    assert understand(text) is None


@given(st.text() | st.text().map(lambda text: f"https://imgur.com/{text}"))
def test_no_text_is_too_strange(text: str) -> None:
    link = understand(text)
    assert link is None or link.id
