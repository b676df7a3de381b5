"""Every call of the client, made for real: the sandbox knows its route and each of its fields."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import get_type_hints

import pytest

from bot.errors import ApiError, ResponseFormatError
from bot.imgur.client import ImgurClient
from bot.imgur.senders import HttpSender
from bot.imgur.wire import Bearer
from sandbox.imgur.commands import IssueTokens, issue_tokens
from sandbox.imgur.people import DEMO_CLIENT_ID
from sandbox.imgur.server import Sandbox, serve
from sandbox.imgur.state import Profile
from tests.bot.imgur.test_endpoints import calls, groups, sample
from tests.clocks import FakeClock

#: Values that mean something to Imgur, by the parameter's name.
SENSIBLE = {
    "section": "hot", "sort": "top", "window": "week", "vote": "up", "username": "marmalade",
    "recipient": "marmalade", "subreddit": "aww", "tag": "cats", "tags": ["cats"], "page": 0,
}  # fmt: skip


def signed_in(sandbox: Sandbox, sender: HttpSender) -> ImgurClient:
    token = issue_tokens(sandbox.world, IssueTokens(account="marmalade"), datetime.now(UTC))
    bearer = Bearer(1, str(token["access_token"]))
    return ImgurClient(sender, bearer, clock=FakeClock())


@pytest.mark.parametrize("profile", ["classic", "new"])
async def test_the_sandbox_knows_every_call_and_each_of_its_fields(profile: Profile) -> None:
    clock = FakeClock()
    async with serve() as sandbox, HttpSender(DEMO_CLIENT_ID, clock, api_url=sandbox.url) as sender:
        sandbox.world.state.switches.profile = profile
        client = signed_in(sandbox, sender)
        unreadable = []
        for group, name in calls():
            method = getattr(groups(client)[group], name)
            hints = get_type_hints(method)
            hints.pop("return")
            arguments = {each: _value(each, hint) for each, hint in hints.items()}
            try:
                with suppress(ApiError):  # most of these posts and pictures do not exist
                    await method(**arguments)
            except ResponseFormatError as error:
                unreadable.append(f"{group}.{name}: {error}")
        assert sandbox.world.state.truth.unknown_routes == []
        assert sandbox.world.state.truth.unknown_fields == []
        assert unreadable == []
        assert len(sandbox.world.entries) == len(list(calls()))


def _value(name: str, hint: object) -> object:
    value = SENSIBLE.get(name, sample(hint))
    return "abcdefg" if value == sample(str) else value
