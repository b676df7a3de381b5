import datetime as dt

import pytest

from bot.imgur.models import Album, GalleryItem, Image, Processing, ThumbnailSize, Token
from bot.imgur.people import AccountSettings

PICTURE = Image(id="AbCdEf1", link="https://i.imgur.com/AbCdEf1.png", title="A [cat] \\ dog")
FILM = Image(id="AbCdEf1", link="https://i.imgur.com/AbCdEf1.mp4", type="video/mp4", title='"q"')
BIG_GIF = Image(
    id="AbCdEf1",
    link="https://i.imgur.com/AbCdEf1h.gif",
    type="image/gif",
    animated=True,
    mp4="https://i.imgur.com/AbCdEf1.mp4",
)
SANDBOXED = Image(id="AbCdEf1", link="http://127.0.0.1:8123/AbCdEf1.png")


def test_an_image_builds_every_form_of_its_link() -> None:
    assert PICTURE.page_link == "https://imgur.com/AbCdEf1"
    assert PICTURE.markdown() == r"![A \[cat\] \\ dog](https://i.imgur.com/AbCdEf1.png)"
    assert PICTURE.markdown("x\ny") == "![x y](https://i.imgur.com/AbCdEf1.png)"
    assert PICTURE.bbcode == "[img]https://i.imgur.com/AbCdEf1.png[/img]"
    assert PICTURE.html == (
        '<a href="https://imgur.com/AbCdEf1">'
        '<img src="https://i.imgur.com/AbCdEf1.png" alt="A [cat] \\ dog"></a>'
    )


def test_a_film_is_linked_where_it_cannot_be_shown() -> None:
    assert FILM.markdown("") == "[AbCdEf1](https://i.imgur.com/AbCdEf1.mp4)"
    assert FILM.bbcode == "[url]https://i.imgur.com/AbCdEf1.mp4[/url]"
    assert FILM.html == (
        '<video controls src="https://i.imgur.com/AbCdEf1.mp4" title="&quot;q&quot;"></video>'
    )


@pytest.mark.parametrize("size", ["s", "t", "m", "l", "h", "b"])
@pytest.mark.parametrize("image", [PICTURE, FILM, BIG_GIF])
def test_thumbnails_are_stills_whatever_the_file_is(image: Image, size: ThumbnailSize) -> None:
    assert image.thumbnail(size) == f"https://i.imgur.com/AbCdEf1{size}.jpg"


def test_a_gif_over_20_mb_moves_as_a_film_only() -> None:
    assert BIG_GIF.media_link == "https://i.imgur.com/AbCdEf1.mp4"
    assert PICTURE.media_link == PICTURE.link


def test_links_of_a_stand_in_stay_there() -> None:
    assert SANDBOXED.page_link == "http://127.0.0.1:8123/AbCdEf1"
    assert SANDBOXED.thumbnail("m") == "http://127.0.0.1:8123/AbCdEf1m.jpg"


def test_albums_and_posts_have_pages_of_their_own() -> None:
    album = Album(id="b2", link="https://imgur.com/a/b2", cover="c3")
    post = GalleryItem(id="b2", link=album.link, is_album=True, cover="c3", images=(PICTURE,))
    assert album.page_link == "https://imgur.com/a/b2"
    assert album.cover_link == "https://i.imgur.com/c3.jpg"
    assert post.page_link == "https://imgur.com/gallery/b2"
    assert post.thumbnail("l") == "https://i.imgur.com/c3l.jpg"
    assert post.media == (PICTURE,)


def test_a_post_that_is_an_image_shows_itself() -> None:
    post = GalleryItem(id="AbCdEf1", link="https://i.imgur.com/AbCdEf1.png")
    assert post.media == (post,)
    assert post.thumbnail("s") == "https://i.imgur.com/AbCdEf1s.jpg"


def test_an_album_without_a_cover_shows_its_first_image() -> None:
    post = GalleryItem(id="b2", is_album=True, cover="", images=(PICTURE,))
    assert post.thumbnail("s") == "https://i.imgur.com/AbCdEf1s.jpg"


def test_an_id_cannot_break_out_of_a_link() -> None:
    assert Image(id='a/../"b').page_link == "https://imgur.com/a%2F..%2F%22b"


def test_instants_are_aware() -> None:
    assert Image(id="a", datetime=0).uploaded_at == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert Image(id="a", datetime=10**18).uploaded_at is None
    assert Image(id="a").uploaded_at is None


def test_secrets_stay_out_of_the_log() -> None:
    shown = repr(
        (
            Image(id="a", deletehash="D3l3t3"),
            Token(access_token="t0k3n", refresh_token="r3fr3sh"),
            AccountSettings(account_url="u", email="m@il", active_emails=("m@il",)),
        )
    )
    assert "a" in shown
    assert not any(secret in shown for secret in ("D3l3t3", "t0k3n", "r3fr3sh", "m@il"))


def test_a_film_that_has_a_size_or_is_said_to_be_complete_is_processed() -> None:
    assert Image(id="a", mp4_size=12).is_processed
    assert Image(id="a", processing=Processing(status="completed")).is_processed
    assert not Image(id="a", mp4_size=0, processing=Processing(status="pending")).is_processed
