"""What happens to the bytes on their way through the real process."""

import io

import pytest
from PIL import Image as Picture

from tests.e2e.conftest import Town, finished, png
from tests.wire.content import mp4
from tests.wire.files import Attachment
from tests.wire.gates import Gate

MIB = 1024 * 1024
ORIENTATION, GPS = 0x0112, 0x8825


def photo() -> Attachment:
    """A JPEG as phones write them: turned by its orientation, and telling where it was taken."""
    exif = Picture.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "CanaryPhone"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.34), 3: "E", 4: (13.0, 24.0, 17.1)})
    buffer = io.BytesIO()
    Picture.effect_noise((80, 60), 40).convert("RGB").save(buffer, "JPEG", exif=exif)
    return Attachment("photo.jpg", buffer.getvalue(), "image/jpeg")


async def received(town: Town) -> bytes:
    """The bytes of the only picture that Imgur has got."""
    (image,) = town.imgur.world.state.uploads()
    return await town.imgur_file(image.id)


async def test_a_photo_arrives_without_its_place_and_with_its_orientation(town: Town) -> None:
    await town.open()
    taken = photo()
    assert Picture.open(io.BytesIO(bytes(taken.content))).getexif().get_ifd(GPS)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": taken}))
    sent = await received(town)
    exif = Picture.open(io.BytesIO(sent)).getexif()
    assert not exif.get_ifd(GPS)
    assert exif[ORIENTATION] == 6
    assert b"CanaryPhone" not in sent


async def test_a_picture_without_metadata_arrives_byte_for_byte(town: Town) -> None:
    await town.open()
    picture = png()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": picture}))
    assert await received(town) == picture.content


async def test_sixty_megabytes_of_film_pass_with_constant_memory(town: Town) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    film = Attachment("film.mp4", mp4(60 * MIB), "video/mp4")
    town.bot.reset_peak()
    before = town.bot.rss_bytes()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": film})
    await finished(upload)
    assert town.bot.peak_rss_bytes() - before < 32 * MIB
    newest = town.imgur.world.state.uploads()[-1]
    assert newest.blob.size_bytes == 60 * MIB


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.png", b"<!DOCTYPE html><script>alert(1)</script>", "not one that Imgur takes"),
        ("empty.jpg", b"", "damaged"),
        ("half.png", None, "damaged"),
    ],
)
async def test_what_is_no_picture_is_refused_before_a_credit_is_spent(
    town: Town, name: str, content: bytes | None, words: str
) -> None:
    await town.open()
    whole = bytes(png().content)
    file = Attachment(name, whole[: len(whole) // 2] if content is None else content, "image/png")
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": file})
    await upload.until(lambda it: "Nothing uploaded" in it.text)
    assert words in upload.text
    assert town.imgur.world.state.truth.requests == 0


async def test_a_picture_over_imgurs_limit_is_refused_with_the_limit(town: Town) -> None:
    await town.open()
    big = Attachment("big.png", bytes(png().content) + bytes(11 * MIB), "image/png")
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": big})
    await upload.until(lambda it: "10.0 MB" in it.text)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data/a.png",
        "http://[::1]/a.png",
        "file:///etc/passwd",
        "http://user:pass@example.org/a.png",
        "http://[",
    ],
)
async def test_an_address_that_leads_inside_is_refused(town: Town, url: str) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"url": url})
    await upload.until(lambda it: "does not open that address" in it.text)


async def test_imgur_fetches_an_address_itself_where_the_operator_wants_it(town: Town) -> None:
    town.environment["IMGUR_FETCHES_URLS"] = "true"
    await town.open()
    address = "https://pictures.example/cat.png"
    town.web[address] = bytes(png().content)
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"url": address}))
    assert await received(town) == png().content
    inner = await town.discord.slash(
        town.alice, town.channel, "upload", {"url": "http://169.254.169.254/a.png"}
    )
    await inner.until(lambda it: "does not open that address" in it.text)
    asked = town.imgur.world.state.truth.requests
    assert asked == 1


async def test_a_link_that_died_is_renewed_once_by_its_message(town: Town) -> None:
    file = png()
    file.delivery.gate = gate = Gate()
    await town.open()
    message = await town.discord.post_message(town.alice, town.channel, "", [file])
    upload = await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    await gate.reached()
    await town.bot.kill()
    town.discord.world.clock.advance(25 * 3600)
    gate.open()
    await town.open()
    await town.discord.until(lambda: any("Delete" in m.labels for m in town.channel.messages))
    assert len(town.discord.calls("GET", f"/channels/*/messages/{message.id}")) == 1
    assert town.pictures == 1
    assert upload.response is not None


async def test_a_link_that_died_with_its_message_ends_the_file_without_a_storm(town: Town) -> None:
    file = png()
    file.delivery.gate = gate = Gate()
    await town.open()
    message = await town.discord.post_message(town.alice, town.channel, "", [file])
    await town.discord.context_menu(town.alice, town.channel, "Upload to Imgur", message)
    await gate.reached()
    await town.bot.kill()
    town.discord.world.clock.advance(25 * 3600)
    town.discord.world.delete(message)
    gate.open()
    await town.open()
    await town.discord.until(
        lambda: any("no longer there" in m.text for m in town.channel.messages), 10
    )
    assert len(town.discord.calls("GET", f"/channels/*/messages/{message.id}")) == 1
    assert town.imgur.world.state.truth.requests == 0
