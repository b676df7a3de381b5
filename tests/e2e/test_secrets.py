"""No secret gets out of the real process: a link's whole life, then a search everywhere (T13)."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from tests.e2e.conftest import Town, finished, png
from tests.e2e.linking_town import LinkingTown


@dataclass
class Watch:
    """Everything that ever stood in a file of a folder, as often as one can look."""

    folder: Path
    seen: dict[bytes, str] = field(default_factory=dict)

    def look(self) -> None:
        for path in self.folder.rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file() and not path.name.startswith("secret-keys"):
                    self.seen[path.read_bytes()] = path.name

    def names(self) -> set[str]:
        return set(self.seen.values())

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        async def forever() -> None:
            while True:
                self.look()
                await asyncio.sleep(0.005)

        task = asyncio.create_task(forever())
        try:
            yield
        finally:
            task.cancel()
            self.look()


async def live(linking: LinkingTown, secrets: dict[str, str]) -> None:
    """Link, upload, refresh, back up, unlink; then link by a code that is never typed."""
    town = linking.town
    asked, address = await linking.ask(town.alice)
    secrets["the link's address"] = address.rpartition("/")[2]
    secrets["the interaction's token"] = asked.token
    town.discord.oauth.signed_in = town.alice
    leaving = (await linking.browser.press_continue(address)).location
    secrets["the cookie"] = next(iter(linking.browser.cookies.values()))
    secrets["the state at Discord"] = find(r"[?&]state=([^&]+)", leaving)
    back = await linking.browser.at_discord(leaving)
    secrets["Discord's code"] = find(r"[?&]code=([^&]+)", back)
    imgur = str((await linking.browser.land(back)).data["next"])
    secrets["the state at Imgur"] = find(r"[?&]state=([^&]+)", imgur)
    assert (await linking.browser.land(await linking.browser.at_imgur(imgur))).status == 200
    await asked.until(lambda it: "Linked as marmalade" in it.text)

    await town.tell_imgur("faults", fault="slow", times=1, delay_s=0.3)
    for dies in (False, True):
        for token in town.imgur.world.state.tokens:
            token.access_dead |= dies
        upload = await town.discord.slash(
            town.alice, town.channel, "upload", {"image": png(int(dies))}
        )
        secrets[f"an upload's token, {dies=}"] = upload.token
        await finished(upload)
    assert (await town.operator("backup"))[0] == 0
    await town.operator("rotate-keys")
    assert (await town.operator("backup"))[0] == 0
    unlink = await town.discord.slash(town.alice, town.channel, "account unlink")
    await unlink.until_answered()
    secrets["unlinking's token"] = unlink.token


async def live_by_code(linking: LinkingTown, secrets: dict[str, str]) -> None:
    town = linking.town
    asked, address = await linking.ask(town.bob)
    secrets["the second link's address"] = address.rpartition("/")[2]
    imgur = await linking.browser.up_to_imgur(address)
    landed = await linking.browser.land(await linking.browser.at_imgur(imgur, "pixelpenguin"))
    secrets["the code"] = landed.data["name"].replace("-", "")
    assert asked.response is not None
    opened = await town.discord.click(town.bob, asked.response, "Enter the code")
    await opened.until_modal()
    wrong = await town.discord.submit_modal(opened, {"Code": "BBBB-BBBB"})
    await wrong.until_answered()


def find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found
    return found[1]


def of_the_stand_ins(town: Town) -> dict[str, str]:
    """What Imgur and Discord have issued meanwhile, and what the operator set."""
    state = town.imgur.world.state
    secrets = {
        "DISCORD_TOKEN": town.discord.token,
        "DISCORD_CLIENT_SECRET": town.discord.client_secret,
        "IMGUR_CLIENT_SECRET": DEMO_CLIENT_SECRET,
    }
    secrets |= {f"access token {n}": token.access for n, token in enumerate(state.tokens)}
    secrets |= {f"refresh token {n}": token.refresh for n, token in enumerate(state.tokens)}
    secrets |= {f"deletehash {n}": image.deletehash for n, image in enumerate(state.uploads())}
    secrets |= {f"Discord's token {n}": text for n, text in enumerate(town.discord.oauth.revoked)}
    ring = (town.bot.directory / "data" / "secret-keys").read_text().strip()
    return secrets | {
        f"key {n}": entry.partition(":")[2] for n, entry in enumerate(ring.split(","))
    }


async def test_no_secret_of_a_links_whole_life_gets_out(linking: LinkingTown) -> None:
    town, secrets = linking.town, dict[str, str]()
    watch = Watch(town.bot.directory / "data")
    async with watch.watching():
        await town.open()
        await live(linking, secrets)
        metrics = await town.ops("/metrics") + await town.ops("/healthz")
        await town.bot.terminate()
        del town.environment["DISCORD_CLIENT_SECRET"]
        await town.open()
        await live_by_code(linking, secrets)
        await town.bot.terminate()
    log = town.bot.log_path.read_text()
    said = repr([call.payload for call in town.discord.requests if "oauth2" not in call.path])
    secrets |= of_the_stand_ins(town)

    # What is looked through is the right thing: ordinary words are found in it.
    stored = b"\0".join(watch.seen)
    assert b"marmalade" in stored
    assert "bot.sqlite3-journal" in watch.names() or "bot.sqlite3-wal" in watch.names()
    assert any(name.startswith("bot-2") for name in watch.names())
    assert town.environment["LOG_LEVEL"] == "DEBUG"
    assert "published" in log
    assert "imgur_bot_uploads_total" in metrics
    assert "Linked as marmalade" in said
    assert len(secrets) > 25

    addressed = {name for name, text in secrets.items() if "/link/" + text in said}
    assert addressed == {"the link's address", "the second link's address"}
    for name, secret in secrets.items():
        assert secret.encode() not in stored, f"{name} is on the disk"
        assert secret not in log, f"{name} is in the log"
        assert secret not in metrics, f"{name} is in the metrics"
        assert secret not in said or name in addressed, f"{name} was sent to Discord"
    for key in (text for name, text in secrets.items() if name.startswith("key ")):
        assert base64.b64decode(key) not in stored
    assert DEMO_CLIENT_ID not in log
    for number in range(2):
        assert png(number).content not in stored, "a waiting picture lies open"
    assert [name for name in watch.names() if name not in KNOWN and name[:4] != "bot-"] != []


#: Files of the data folder that are no waiting pictures.
KNOWN = {"bot.sqlite3", "bot.sqlite3-journal", "bot.sqlite3-wal", "bot.sqlite3-shm", "lock"}
