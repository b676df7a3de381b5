"""What Discord links say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ChoiceError
from bot.library.lead import Lead, read_lead

CHANNEL, OTHER = 1100000000000000001, 1100000000000000002
ids = st.integers(min_value=10**14, max_value=2**63 - 1)


@pytest.mark.parametrize(
    "link",
    [
        f"https://cdn.discordapp.com/attachments/{CHANNEL}/{OTHER}/a.png?ex=1&is=2&hm=3&",
        f"<https://media.discordapp.net/attachments/{CHANNEL}/{OTHER}/a.png?width=3>",
        f"look: https://cdn.discordapp.com/attachments/{CHANNEL}/{OTHER}",
        f"https://proxy.example/x/attachments/{CHANNEL}/{OTHER}/b.jpg",
    ],
)
def test_an_attachments_link_names_its_channel_and_its_file(link: str) -> None:
    assert read_lead(link) == Lead(CHANNEL, attachment_id=OTHER)


@pytest.mark.parametrize("host", ["discord.com", "ptb.discord.com", "canary.discordapp.com"])
@pytest.mark.parametrize("guild", ["@me", "1000000000000000000"])
def test_a_messages_link_names_its_channel_and_itself(host: str, guild: str) -> None:
    link = f"https://{host}/channels/{guild}/{CHANNEL}/{OTHER}"
    assert read_lead(link) == Lead(CHANNEL, message_id=OTHER)


@pytest.mark.parametrize(
    "text",
    ["", "cat", "https://i.imgur.com/abc1234.png", "https://discord.com/channels/1/2/3", "/x/1/2"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ChoiceError):
        read_lead(text)


@pytest.mark.parametrize("number", [2**63, 10**19, 10**20 - 1])
def test_numbers_that_no_database_holds_are_refused(number: int) -> None:
    for link in (
        f"https://cdn.discordapp.com/attachments/{CHANNEL}/{number}/a.png",
        f"https://cdn.discordapp.com/attachments/{number}/{CHANNEL}/a.png",
        f"https://discord.com/channels/{CHANNEL}/{CHANNEL}/{number}",
    ):
        with pytest.raises(ChoiceError):
            read_lead(link)


@given(channel=ids, message=st.none() | ids, file=st.none() | ids)
def test_a_kept_lead_comes_back_whole(channel: int, message: int | None, file: int | None) -> None:
    lead = Lead(channel, message, file)
    assert Lead.from_row(lead.to_row()) == lead


def test_what_other_buttons_keep_is_no_lead() -> None:
    assert Lead.from_row({"kind": "search", "text": "cat"}) is None
