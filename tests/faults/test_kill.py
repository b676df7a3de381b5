"""kill -9 in each phase of an upload: nothing is lost, nothing is told twice.

A seed chooses how the upload was asked for and how long after reaching its phase the process dies.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.uploads.dispatching import PARALLEL_UPLOADS
from tests.e2e.conftest import Town, finished
from tests.e2e.ledger import all_told, is_sound, locked, rows, until
from tests.e2e.test_autoupload import switch_on
from tests.faults.doorway import Doorway, Place
from tests.patience import PATIENCE_S
from tests.wire import content
from tests.wire.entities import Message
from tests.wire.files import Attachment
from tests.wire.gates import Gate
from tests.wire.interactions import Interaction

COMMAND, PRIVATE, MENU, AUTO = "command", "private", "menu", "auto"
#: Where nobody can know whether Imgur has got the picture.
UNKNOWABLE = {"request sent", "imgur done", "answer read"}
UPLOADED = "SELECT 1 FROM jobs WHERE state = 'uploaded'"
ON_THE_WAY = ("Sending to Imgur", "all sent", "takes longer than usual")
SENDING = "SELECT count(*) AS n FROM jobs WHERE state = 'sending'"


@dataclass
class Scene:
    """One upload that is about to be interrupted."""

    town: Town
    door: Doorway
    database: Path
    how: str
    files: list[Attachment] = field(default_factory=list)
    upload: Interaction | None = None
    message: Message | None = None
    stack: ExitStack = field(default_factory=ExitStack)
    gates: list[Gate] = field(default_factory=list)
    others: int = 0

    async def ask(self) -> None:
        """Let Alice ask for it, in the way that the seed chose."""
        town = self.town
        if self.how in {MENU, AUTO}:
            self.message = await town.discord.post_message(
                town.alice, town.channel, "look", self.files
            )
        if self.how == MENU:
            self.upload = await town.discord.context_menu(
                town.alice, town.channel, "Upload to Imgur", self.message
            )
        elif self.how != AUTO:
            self.upload = await town.discord.slash(
                town.alice,
                town.channel,
                "upload",
                {"image": self.files[0], "private": self.how == PRIVATE},
            )

    def keep(self, gate: Gate) -> Gate:
        self.gates.append(gate)
        return gate

    @property
    def cards(self) -> list[Message]:
        """Every message, wherever it is, that shows the result to Alice."""
        places = [self.town.channel, self.town.discord.dm(self.town.alice)]
        found = [m for place in places for m in place.history.values() if not m.deleted]
        if self.upload is not None and self.upload.response is not None:
            found.append(self.upload.response)
        mine = {m.id: m for m in found if "Delete" in m.labels and self._is_mine(m)}
        return list(mine.values())

    def _is_mine(self, message: Message) -> bool:
        if self.message is not None and message.reply_to_id == self.message.id:
            return True
        if self.upload is not None and self.upload.response is message:
            return True
        return self.others == 0


async def received(scene: Scene) -> None:
    scene.stack.enter_context(locked(scene.database))
    await scene.ask()


async def row_committed(scene: Scene) -> None:
    held = "/interactions/*/callback" if scene.how != AUTO else None
    gate = None
    if held:
        gate = scene.keep(scene.town.discord.faults.hold("POST", held))
    await scene.ask()
    if gate is not None:
        await gate.reached()
    await until(scene.database, "SELECT 1 FROM jobs")


async def leased(scene: Scene) -> None:
    gate = scene.keep(Gate())
    for file in scene.files:
        file.delivery.gate = gate
    await scene.ask()
    await gate.reached()


async def downloaded(scene: Scene) -> None:
    """As many of Bob's uploads as may be on their way are held up; Alice's must wait for them."""
    gate = scene.keep(scene.door.hold(Place.BEFORE))
    town = scene.town
    scene.others = PARALLEL_UPLOADS
    for number in range(1, scene.others + 1):
        image = {"image": picture(f"bob {number}")}
        await town.discord.slash(town.bob, town.channel, "upload", image)
        await until(scene.database, f"SELECT 1 FROM ({SENDING}) WHERE n = {number}")
    await gate.reached()
    await scene.ask()
    hers = f"SELECT id FROM batches WHERE user_id = {town.alice.id}"
    await until(
        scene.database, f"SELECT 1 FROM jobs WHERE state = 'ready' AND batch_id IN ({hers})"
    )


async def credit_reserved(scene: Scene) -> None:
    gates = [scene.keep(scene.door.hold(Place.BEFORE)) for _ in scene.files]
    await scene.ask()
    await gates[0].reached()


async def request_sent(scene: Scene) -> None:
    gate = scene.keep(scene.door.hold(Place.AMID))
    await scene.ask()
    await gate.reached()


async def imgur_done(scene: Scene) -> None:
    gate = scene.keep(scene.door.hold(Place.AFTER))
    await scene.ask()
    await gate.reached()


async def answer_read(scene: Scene) -> None:
    gate = scene.door.hold(Place.AFTER)
    await scene.ask()
    await gate.reached()
    scene.stack.enter_context(locked(scene.database))
    gate.open()


async def result_committed(scene: Scene) -> None:
    gate = scene.keep(_hold_telling(scene, after_effect=False))
    await scene.ask()
    await gate.reached()
    await until(scene.database, UPLOADED)  # what was to be told first may have been its progress


async def post_sent(scene: Scene) -> None:
    gate = scene.keep(_hold_telling(scene, after_effect=True))
    await scene.ask()
    await gate.reached()
    while not rows(scene.database, UPLOADED):  # it was its progress that was told
        told, gate = gate, scene.keep(_hold_telling(scene, after_effect=True))
        told.open()
        await gate.reached()


async def post_committed(scene: Scene) -> None:
    await scene.ask()
    await until(scene.database, "SELECT 1 FROM batches WHERE told_at IS NOT NULL")


async def cleaned(scene: Scene) -> None:
    await post_committed(scene)
    await spool_emptied(scene.database)


async def spool_emptied(database: Path) -> None:
    """Wait until no file waits any more."""
    async with asyncio.timeout(PATIENCE_S):
        while any((database.parent / "spool").iterdir()):  # noqa: ASYNC110 (it tells of nothing)
            await asyncio.sleep(0.01)


def _hold_telling(scene: Scene, *, after_effect: bool) -> Gate:
    method, path = ("PATCH", "/webhooks/*")
    if scene.how == AUTO:
        method, path = ("POST", "/channels/*/messages")
    return scene.town.discord.faults.hold(method, path, after_effect=after_effect)


PHASES: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "received": received,
    "row committed": row_committed,
    "leased": leased,
    "downloaded": downloaded,
    "credit reserved": credit_reserved,
    "request sent": request_sent,
    "imgur done": imgur_done,
    "answer read": answer_read,
    "result committed": result_committed,
    "post sent": post_sent,
    "post committed": post_committed,
    "cleaned": cleaned,
}


def picture(seed: object) -> Attachment:
    """Large enough to be cut in half on the wire."""
    return Attachment("noise.png", content.png(seed, 160, 120), "image/png")


@pytest.fixture
async def scene(town: Town, door: Doorway, database: Path, seed: int) -> AsyncIterator[Scene]:
    how = [COMMAND, AUTO, PRIVATE, MENU][seed % 4]
    count = 2 if how in {MENU, AUTO} else 1
    files = [picture(f"{seed} {number}") for number in range(count)]
    built = Scene(town, door, database, how, files)
    if how == AUTO:
        town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    if how == AUTO:
        await switch_on(town, "Whole channel")
    yield built
    built.stack.close()


@pytest.mark.parametrize("phase", PHASES)
async def test_a_kill_loses_no_job_and_tells_none_twice(
    scene: Scene, phase: str, seed: int
) -> None:
    town = scene.town
    await PHASES[phase](scene)
    await asyncio.sleep(random.Random(f"{phase} {seed}").random() * 0.05)  # noqa: S311 (a seed)
    await town.bot.kill()
    scene.stack.close()
    for gate in scene.gates:
        gate.open()
    states = [state for (state,) in rows(scene.database, "SELECT state FROM jobs")]
    # A post is still there when the bot is back; a command that was not stored is gone.
    asked_for = len(states) or (len(scene.files) if scene.how == AUTO else 0)
    await town.open()
    if asked_for:
        await all_told(scene.database)
    else:
        await town.bot.wait_for_log("connected as")
    jobs = rows(scene.database, "SELECT state, was_ambiguous, image_id FROM jobs")
    assert len(jobs) == asked_for
    assert {state for state, _, _ in jobs} <= {"uploaded"}
    assert len(scene.cards) == (1 if asked_for else 0)
    extra = town.pictures - asked_for
    # Of two files the other one may be further than the one that was brought to its phase.
    is_other_unknown = len(scene.files) > 1 and "sending" in states
    assert 0 <= extra <= (1 if phase in UNKNOWABLE or is_other_unknown else 0)
    assert sum(ambiguous for _, ambiguous, _ in jobs) >= extra
    assert {image_id for _, _, image_id in jobs} <= {
        image.id for image in town.imgur.world.state.uploads()
    }
    await spool_emptied(scene.database)
    assert is_sound(scene.database)


async def test_of_several_on_their_way_a_kill_doubles_one_at_most(
    town: Town, door: Doorway, database: Path
) -> None:
    await town.open()
    first = await town.discord.slash(town.bob, town.channel, "upload", {"image": picture("first")})
    await finished(first)  # from here on the credits are known
    gates = [door.hold(Place.AFTER) for _ in range(PARALLEL_UPLOADS)]
    people = [town.alice, town.bob, town.moderator]
    uploads = [
        await town.discord.slash(person, town.channel, "upload", {"image": picture(person.name)})
        for person in people
    ]
    await gates[0].reached()
    await until(database, f"SELECT 1 FROM ({SENDING}) WHERE n = {len(uploads)}")
    for upload in uploads:  # seconds after it began: whatever may go out has gone out by then
        await upload.until(lambda it: any(words in it.text for words in ON_THE_WAY))
    assert not gates[1].arrivals
    await town.bot.kill()
    for gate in gates:
        gate.open()
    await town.open()
    assert len({(await finished(upload)).id for upload in uploads}) == len(uploads)
    assert town.pictures == 1 + len(uploads) + 1  # the one of which Imgur's answer was held
