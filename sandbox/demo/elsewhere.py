"""What Preview's tab lacks: the other channels, and the menu of a message."""

from html import escape

import discord
from aiohttp import web

from sandbox.demo.door import page_answer
from sandbox.demo.town import Town
from sandbox.demo.window import Window
from sandbox.imgur.admin import is_local

_MESSAGE_MENU = "Upload to Imgur"
_MESSAGES_SHOWN = 5


class Elsewhere:
    """A page with a button for each."""

    def __init__(self, town: Town, window: Window) -> None:
        self._rooms = town.rooms
        self._people = {str(member.id): member for member in town.people}
        self._window = window

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/", self._show),
            web.post("/room", self._enter),
            web.post("/menu", self._use_menu),
        ]

    async def _show(self, _request: web.Request) -> web.Response:
        return page_answer("More of Discord", self._rooms_section() + self._menu_section())

    def _rooms_section(self) -> str:
        buttons = "".join(
            f'<p class="row"><button name="room" value="{number}"'
            f"{' disabled' if room is self._window.room else ''}>{escape(room.name)}</button></p>"
            for number, room in enumerate(self._rooms)
        )
        return (
            f'<h1>Go to</h1><form method="post" action="room">{buttons}</form>'
            '<p class="soft">The tab that is open now ends then, and this one takes its place.</p>'
        )

    def _menu_section(self) -> str:
        people = "".join(
            f'<label class="choice"><input type="radio" name="person" value="{key}" required>'
            f"<span>As {escape(member.user.global_name or member.name)}</span></label>"
            for key, member in self._people.items()
        )
        messages = "".join(
            f'<p class="row"><button name="message" value="{message.id}">'
            f"{escape(_summary(message))}</button></p>"
            for message in self._messages()
        )
        return (
            f"<h1>Apps → {_MESSAGE_MENU}</h1><p>Right-click a message, so to speak: "
            f"the newest with files in {escape(self._window.room.name)}.</p>"
            f'<form method="post" action="menu"><fieldset>{people}</fieldset>'
            f"{messages or '<p>There is none yet; post one from the Imgur tab.</p>'}</form>"
        )

    def _messages(self) -> list[discord.Message]:
        room = self._window.room
        if room.channel.guild is None:
            return []
        with_files = [
            message
            for message in room.channel.history(viewer=room.viewers[0])
            if message.attachments or message.message_snapshots
        ]
        return with_files[: -_MESSAGES_SHOWN - 1 : -1]

    async def _enter(self, request: web.Request) -> web.Response:
        number = str((await request.post()).get("room", ""))
        if not is_local(request) or number not in map(str, range(len(self._rooms))):
            raise web.HTTPBadRequest
        await self._window.move_to(self._rooms[int(number)])
        raise web.HTTPSeeOther(self._window.url)

    async def _use_menu(self, request: web.Request) -> web.Response:
        fields = await request.post()
        member = self._people.get(str(fields.get("person", "")))
        wanted = str(fields.get("message", ""))
        message = next((one for one in self._messages() if str(one.id) == wanted), None)
        if not is_local(request) or member is None or message is None:
            raise web.HTTPBadRequest
        async with self._window.turn():
            await member.context_menu(self._window.room.channel, _MESSAGE_MENU, message)
        return page_answer(
            "Done", "<h1>Done</h1><p>The answer is in the tab.</p><p><a href='/'>Another</a></p>"
        )


def _summary(message: discord.Message) -> str:
    files = [*message.attachments, *(f for s in message.message_snapshots for f in s.attachments)]
    return f"{message.author.display_name}: {', '.join(file.filename for file in files)}"
