"""What operators' tools scrape from the real process."""

import re

from tests.e2e.conftest import Town, finished, png

#: Figures of ours that stay; a tool's panels and alarms go by these names.
NAMES = {
    "imgur_bot_credits_full_in_seconds",
    "imgur_bot_credits_left",
    "imgur_bot_credits_limit",
    "imgur_bot_credits_spent_total",
    "imgur_bot_dry_days",
    "imgur_bot_imgur_held_back",
    "imgur_bot_shares_empty",
    "imgur_bot_shares_in_use",
    "imgur_bot_token_refreshes_total",
    "imgur_bot_upload_wait_seconds",
    "imgur_bot_uploads_paused",
    "imgur_bot_uploads_total",
    "imgur_bot_uploads_unsettled",
    "imgur_bot_uploads_waiting",
}
#: All values that a label of ours may have.
VALUES = {
    *("client", "user", "post", "uploads", "member", "guild", "account"),
    *("interactive", "auto", "background"),
    *("bot", "others"),
    *("uploaded", "failed", "cancelled", "ambiguous", "renewed", "refused"),
    *("bot", "others"),
}


async def test_all_figures_are_there_from_the_start(town: Town) -> None:
    await town.open()
    scraped = await town.ops("/metrics")
    assert set(re.findall(r"^(imgur_bot_\w+)[{ ]", scraped, re.MULTILINE)) >= NAMES
    assert "process_resident_memory_bytes" in scraped
    assert 'imgur_bot_uploads_total{end="ambiguous"} 0.0' in scraped


async def test_labels_are_few_words_and_no_ids(town: Town) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png()}))
    ours = [line for line in (await town.ops("/metrics")).splitlines() if "imgur_bot" in line]
    assert set(re.findall(r'="([^"]*)"', "\n".join(ours))) <= VALUES
    for secret in (town.alice.id, town.guild.id, town.environment["IMGUR_CLIENT_ID"]):
        assert str(secret) not in "\n".join(ours)


async def test_the_figures_follow_an_upload_and_one_that_waits(town: Town) -> None:
    await town.open()
    await finished(await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)}))
    await town.figures(
        'imgur_bot_credits_left{pool="client"} 12490.0',
        "imgur_bot_credits_spent_total 10.0",
        'imgur_bot_shares_in_use{kind="member"} 1.0',
        'imgur_bot_uploads_total{end="uploaded"} 1.0',
        'imgur_bot_upload_wait_seconds{work="interactive"} 0.0',
    )
    await town.tell_imgur("credits", pool="user", remaining=0, reset_in_s=600)
    waiting = await town.discord.slash(town.alice, town.channel, "upload", {"image": png(2)})
    await waiting.until(lambda it: "Waiting for Imgur credits" in it.text)
    scraped = await town.figures(
        'imgur_bot_credits_left{pool="user"} 0.0',
        'imgur_bot_uploads_waiting{work="interactive"} 1.0',
    )
    (wait_s,) = re.findall(r'upload_wait_seconds{work="interactive"} (\S+)', scraped)
    assert float(wait_s) > 300
