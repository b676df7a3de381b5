import os
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.wire import contract
from tests.wire.rest.routing import Call

pytestmark = pytest.mark.skipif(
    "DISCORD_OPENAPI" not in os.environ,
    reason="DISCORD_OPENAPI names no file: requests are not held against Discord's description",
)
MESSAGES = "/channels/1/messages"


def violations(method: str, path: str, payload: Any = None, **query: str) -> list[str]:
    content_type = "" if payload is None else "application/json"
    call = Call(method, path, query, payload, [], "", content_type, datetime.now(UTC), 0)
    description = contract.described()
    assert description is not None
    return [f"{each.where}: {each.message}" for each in description.of_request(call)]


def test_a_right_request_breaks_nothing() -> None:
    assert violations("POST", MESSAGES, {"content": "hello", "nonce": "1"}) == []
    assert violations("GET", MESSAGES, limit="50", before="3") == []


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"contents": "x"}, "body.contents: unknown field"),
        ({"content": 5}, "body.content: 5 is not of type 'string', 'null'"),
        ({"embeds": [{"title": "t", "colour": 3}]}, "body.embeds.0.colour: unknown field"),
        (
            {"components": [{"type": 1, "components": [{"type": 2}]}]},
            "body.components.0.components.0: 'style' is a required property",
        ),
        (
            {"embeds": [{"timestamp": "noon"}]},
            "body.embeds.0.timestamp: 'noon' is not a 'date-time'",
        ),
        ([], "body: [] is not of type 'object'"),
    ],
)
def test_one_wrong_field_is_one_clear_violation(payload: Any, expected: str) -> None:
    assert violations("POST", MESSAGES, payload) == [expected]


def test_paths_and_queries_are_held_to_it_too() -> None:
    assert violations("GET", "/channels/x/messages") == [
        "path.channel_id: 'x' does not match '^(0|[1-9][0-9]*)$'"
    ]
    assert violations("GET", MESSAGES, limit="101") == [
        "query.limit: 101 is greater than the maximum of 100"
    ]
    assert violations("GET", MESSAGES, page="2") == ["query.page: unknown parameter"]
    assert violations("GET", "/nothing") == ["path: not described by Discord"]


def test_only_discordpys_known_deviations_are_excused() -> None:
    edit = {"tts": False, "embeds": [{"title": "t", "flags": 0}], "attachments": [{"id": 0}]}
    assert violations("PATCH", f"{MESSAGES}/2", edit) == []
    assert violations("PATCH", f"{MESSAGES}/2", {"nonce": "1"}) == ["body.nonce: unknown field"]
    commands = [{"name": "upload", "nsfw": False, "contexts": None, "integration_types": None}]
    assert violations("PUT", "/applications/1/commands", commands) == []
    assert violations("POST", "/webhooks/1/token", {"content": "x"}, wait="1") == []
    assert violations("POST", "/webhooks/1/token", {"content": "x"}, wait="yes") != []
