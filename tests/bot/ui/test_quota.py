"""The words around the picture of ``/quota``."""

import io
from datetime import UTC, datetime

import discord
import pytest

from bot.ui.quota import Level, Section, alt_text, quota_card, standing

NOW = datetime(2026, 3, 1, 12, 20, tzinfo=UTC)
HOURS = [0] * 20 + [40, 0, 110, 10]
YOU = Section("You", [Level("credits an hour", 240, 250, 1440)], HOURS)


def said(*sections: Section, notes: tuple[str, ...] = ()) -> str:
    picture = discord.File(io.BytesIO(b"png"), "quota.png", description=alt_text(sections))
    view = quota_card(sections, now=NOW, picture=picture, notes=notes)
    return str(view.to_components())


def test_levels_say_what_is_left_and_when_it_is_full_again() -> None:
    assert "240 of 250 credits an hour left, full again <t:1772369040:R>" in said(YOU)


def test_a_full_pool_does_not_say_when_it_is_full_again() -> None:
    full = Section("You", [Level("credits an hour", 250, 250)], [0] * 24)
    assert "full again" not in said(full).replace(alt_text([full]), "")


def test_the_days_use_is_told_with_its_busiest_hour_in_the_readers_own_time() -> None:
    began = round(datetime(2026, 3, 1, 11, tzinfo=UTC).timestamp())
    text = said(YOU)
    assert f"160 credits; 10 in this hour, at most 110 in one (<t:{began}:t>)." in text


def test_use_in_the_running_hour_alone_is_told_in_few_words() -> None:
    text = said(Section("You", YOU.levels, [0] * 23 + [10]))
    assert "Used in the last 24 hours: 10 credits, all of them in this hour." in text


def test_a_day_without_use_is_told_as_such() -> None:
    assert "Nothing used" in said(Section("You", YOU.levels, [0] * 24))


def test_the_alternative_text_has_all_that_the_picture_shows() -> None:
    text = alt_text([YOU])
    assert "You: 240 of 250 credits an hour left, full again in about 24 minutes." in text
    assert "0 40 0 110 10" in text


def test_the_alternative_text_is_never_longer_than_discord_takes() -> None:
    levels = [Level("credits an hour, linked", 9_999, 12_500, 80_000)] * 4
    assert 500 < len(alt_text([Section("Server 1", levels, [12_345] * 24)] * 6)) <= 1024


def test_a_servers_name_stands_in_the_text_and_not_in_the_picture() -> None:
    named = Section("Server 1", YOU.levels, HOURS, name="\u732b\u306e\u5bb6")
    assert "**Server 1**: \u732b\u306e\u5bb6" in said(named)
    assert "\u732b" not in alt_text([named])


@pytest.mark.parametrize("is_down", [True, False])
def test_the_operator_reads_how_the_bot_is_doing(*, is_down: bool) -> None:
    lines = standing(unsettled=3, ends={"uploaded": 5, "failed": 0}, is_imgur_down=is_down)
    text = said(YOU, notes=tuple(lines))
    assert "3 uploads wait" in text
    assert "5 uploaded" in text
    assert "failed" not in "".join(lines[:2])
    assert ("rests before it asks again" in text) is is_down
