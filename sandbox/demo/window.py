"""The tab that shows Discord: SimCord's Preview, kept up to date."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from simcord import Env, Preview, SetupError

from sandbox.demo.pictures import Pictures
from sandbox.demo.town import Room

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.2
#: As much of a channel as Preview shows at once.
_MESSAGES_SHOWN = 50


class Window:
    """Shows one room at a time.

    SimCord does one thing at a time and refuses a second, which leaves a tab unusable; so whoever
    acts in it (the tab, a post from outside, a refresh) takes turns here.

    Attributes:
        room: What is shown.
    """

    def __init__(self, env: Env, pictures: Pictures, port: int) -> None:
        self._env = env
        self._pictures = pictures
        self._port = port
        self._turn = asyncio.Lock()
        self._looked_at_events = 0
        self._shown_events = 0

    @asynccontextmanager
    async def open(self, room: Room) -> AsyncIterator[None]:
        """Show a room, keep it up to date, and close in the end."""
        self._preview = await self._preview_of(room)
        watching = asyncio.create_task(self._keep_fresh())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await self._preview.close()

    @property
    def url(self) -> str:
        """The tab's address; whoever has it can do what the tab can."""
        return self._preview.url

    async def move_to(self, room: Room) -> None:
        """Show another room; tabs that are open end, for ``url`` changes."""
        async with self.turn():
            await self._preview.close()
            self._preview = await self._preview_of(room)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """While the block runs nobody else acts in SimCord.

        What the bot does about it may take longer than SimCord waits; it is shown when it comes.
        """
        async with self._turn:
            try:
                yield
            except TimeoutError as error:
                _log.info("%s", error)

    async def ended(self) -> None:
        """Return when the person has ended the session in the tab."""
        while True:
            preview = self._preview
            await preview.wait_closed()
            async with self.turn():  # a move ends only when the next room is open
                if preview is self._preview:
                    return

    async def _preview_of(self, room: Room) -> Preview:
        preview = self._env.preview(
            room.channel, viewers=room.viewers, layout="channel", port=self._port
        )
        act = preview._action  # noqa: SLF001 (Preview has no place where an action could wait)

        async def act_in_turn(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
            async with self.turn():
                try:
                    return await act(context_id, _as_of_now(preview, context_id, body))
                finally:
                    self._shown_events = self._events

        preview._action = act_in_turn  # type: ignore[method-assign] # noqa: SLF001 (both: same)
        preview._explicit_assets = self._pictures.held  # noqa: SLF001 (Preview would take a copy)
        self.room = room
        return await preview.__aenter__()

    async def _keep_fresh(self) -> None:
        """Let the tab show what came to pass without it."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            events = self._events
            if events == self._looked_at_events:
                continue
            self._looked_at_events = events
            has_new_pictures = await self._pictures.gather(self._components())
            if has_new_pictures or self._events != self._shown_events:
                await self._refresh()

    async def _refresh(self) -> None:
        async with self.turn():
            self._shown_events = self._events
            try:
                await self._preview.refresh()
            except SetupError as error:
                _log.warning("the tab could not be refreshed: %s", error)

    @property
    def _events(self) -> int:
        """How much has happened so far on the simulated wire, in both directions."""
        return len(self._env.backend.transcript)

    def _components(self) -> list[Any]:
        messages = list(self._env.backend.messages.get(self.room.channel.id, {}).values())
        return [message.components for message in messages[-_MESSAGES_SHOWN:]]


def _as_of_now(
    preview: Preview, context_id: str | None, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What a tab asks for, although something came to pass that it has not shown yet.

    Preview refuses that, and the press is lost. Discord looks only whether the button is there,
    which Preview checks as well.
    """
    page = preview._pages.get(context_id or "")  # noqa: SLF001 (nothing tells what tabs have seen)
    seen = body.get("published_revision") if isinstance(body, dict) else None
    if page is None or not isinstance(seen, int) or seen >= page.revision:
        return body
    return {**body, "published_revision": page.revision}
