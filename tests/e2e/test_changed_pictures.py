"""What the card says of files that Imgur will change, and of those that it has changed."""

import io

import pytest
from PIL import Image as Picture

from tests.bot.media.makers import GIF_IMAGE, chunk, gif, gif_delay
from tests.bot.media.makers import png as png_of
from tests.e2e.conftest import Town, finished
from tests.faults.doorway import Place, doorway
from tests.wire.files import Attachment

BIG_PNG = Attachment("big.png", png_of(chunk(b"IDAT", bytes(5 * 1024 * 1024))), "image/png")
LONG_GIF = Attachment(
    "long.gif", gif(gif_delay(3000), GIF_IMAGE, gif_delay(3001), GIF_IMAGE), "image/gif"
)


def tiff() -> Attachment:
    buffer = io.BytesIO()
    Picture.new("RGB", (64, 48), (1, 2, 3)).save(buffer, "TIFF")
    return Attachment("scan.tiff", buffer.getvalue(), "image/tiff")


@pytest.mark.parametrize(
    ("file", "warning"),
    [
        (BIG_PNG, "Imgur turns PNG files over 5 MB into JPEG."),
        (LONG_GIF, "Imgur may cut films after 60 seconds."),
        (tiff(), "Imgur shows TIFF files as JPEG or PNG."),
    ],
    ids=["png over 5 MB", "long gif", "tiff"],
)
async def test_what_imgur_will_do_is_said_before_a_credit_is_spent(
    town: Town, file: Attachment, warning: str
) -> None:
    async with doorway(town.imgur.url) as door:
        town.environment["IMGUR_API_URL"] = door.url
        await town.open()
        gate = door.hold(Place.BEFORE)
        spent = town.imgur.world.state.truth.requests
        upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": file})
        await gate.reached()
        await upload.until(lambda it: warning in it.text)
        assert town.imgur.world.state.truth.requests == spent
        gate.open()
        await town.bot.terminate()


async def test_another_type_is_said_afterwards(town: Town) -> None:
    await town.open()
    upload = await town.discord.slash(town.alice, town.channel, "upload", {"image": tiff()})
    await finished(upload)
    assert "Imgur turned it from image/tiff into image/jpeg." in upload.text
