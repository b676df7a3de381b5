"""Answers that make no sense: a sentence for the user, nothing of our inner life."""

import pytest

from bot.ui.wording import SENTENCES
from tests.e2e.conftest import Town, finished
from tests.faults.test_imgur import UPLOADS, begun

LOST = "makes no sense, as it does when in trouble"
#: What the user is told of an upload that is answered so.
TOLD = {
    "html-200": LOST,
    "null-data": LOST,
    "huge": LOST,
    "truncated": LOST,
    "false-data": SENTENCES["ValidationError"],
    "disguised-error": SENTENCES["NotFoundError"],
    "disguised-string": SENTENCES["NotFoundError"],
    "plain-string": "Imgur failed on its own side, so nobody knows",
}


@pytest.mark.parametrize("fault", TOLD)
async def test_an_answer_that_makes_no_sense_is_told_in_a_sentence(town: Town, fault: str) -> None:
    await town.open()
    await town.tell_imgur("faults", fault=fault, match=UPLOADS)
    upload = await begun(town)
    await upload.until(lambda it: "uploaded\n" in it.text)
    assert str(TOLD[fault]) in upload.text
    assert ("Perhaps not uploaded" in upload.text) is ("nobody knows" in upload.text)
    assert "-# ref " in upload.text
    await finished(await begun(town, 2))
    assert "Traceback" not in town.bot.log
