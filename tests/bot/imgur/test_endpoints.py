"""Every call sends one request, and to the address that its table row names."""

import inspect
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, get_type_hints

import pytest

from bot.errors import ImgurError
from bot.imgur.client import ImgurClient
from bot.imgur.endpoints.base import Endpoints
from bot.imgur.wire import COST_CALL, Bearer
from tests.bot.imgur.scripted import ScriptedSender, answer
from tests.clocks import FakeClock

SARAH = Bearer(7, "t")
#: Tested by themselves: they make several requests, or none.
SPECIAL = {"upload", "upload_url", "settled"}
SAMPLES: dict[Any, Any] = {
    str: "abc/d",
    int: 5,
    bool: True,
    int | str: "abc",
    Sequence[str]: ["x", "y"],
    Sequence[int]: [1, 2],
}


def groups(client: ImgurClient) -> dict[str, Endpoints]:
    return {name: value for name, value in vars(client).items() if isinstance(value, Endpoints)}


def calls() -> Iterator[tuple[str, str]]:
    for group, endpoints in groups(ImgurClient(ScriptedSender([]), clock=FakeClock())).items():
        for name, method in inspect.getmembers(endpoints, inspect.iscoroutinefunction):
            if not name.startswith("_") and name not in SPECIAL:
                yield group, method.__name__


def sample(annotation: Any) -> Any:
    """A value for a parameter; optional ones get one too."""
    for kind, value in SAMPLES.items():
        if annotation in {kind, kind | None}:
            return value
    raise AssertionError(f"no sample for {annotation}")


@pytest.mark.parametrize(("group", "name"), list(calls()))
async def test_a_call_sends_one_request_to_its_own_address(group: str, name: str) -> None:
    sender = ScriptedSender([answer({})])
    method = getattr(groups(ImgurClient(sender, SARAH, clock=FakeClock()))[group], name)
    hints = get_type_hints(method)
    hints.pop("return")
    with suppress(ImgurError):  # what it makes of such an answer is the reader's business
        await method(**{parameter: sample(hint) for parameter, hint in hints.items()})
    (request,) = sender.asked
    places = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(request.endpoint))
    assert re.fullmatch(places, request.path)
    assert "{" not in request.path
    assert (request.credential, request.cost_credits) == (SARAH, COST_CALL)
    sent = {*request.path.split("/"), *(value for _, value in (*request.query, *request.form))}
    for parameter, hint in hints.items():
        value = sample(hint)
        assert sent & _forms(value), f"{parameter} was not sent"


def _forms(value: Any) -> set[str]:
    """How a value may show in a request."""
    if value is True:
        return {"true", "1"}
    if isinstance(value, list):
        return {str(value[0]), ",".join(map(str, value))}
    return {str(value), str(value).replace("/", "%2F")}
