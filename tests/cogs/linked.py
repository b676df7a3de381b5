"""People who have linked accounts of the sandbox, and what they are shown."""

from typing import Any

import discord
import simcord

from sandbox.imgur.people import Account
from tests.bot.accounts.linked import issue
from tests.cogs.conftest import House


async def link(
    house: House, person: simcord.MemberActor, name: str = "marmalade", *, replace: bool = False
) -> Account:
    """Link an account; returns it as Imgur knows it."""
    token = issue(house.imgur, name)
    with house.env.time_context():
        await house.app.services.linking.enter_token(person.id, token.refresh, replace=replace)
    return house.imgur.world.state.accounts[token.account_id]


class Looking:
    """Somebody before a message that changes as its buttons are pressed."""

    def __init__(self, house: House, person: simcord.MemberActor, shown: Any) -> None:
        self.house = house
        self.person = person
        self.shown = shown

    @property
    def message(self) -> discord.Message:
        message: discord.Message = self.shown.response.message
        return message

    @property
    def text(self) -> str:
        return self.house.text(self.message)

    async def press(self, label: str) -> Any:
        return await self.person.click(self.message, label=label)

    async def choose(self, value: str) -> Any:
        return await self.person.select(self.message, [value])

    async def fill(self, opened: Any, **answers: str) -> Any:
        """Submit the form that a press opened, its fields named by their labels."""
        ids = {label: field["custom_id"] for label, field in _fields(opened).items()}
        values = {ids[label]: text for label, text in answers.items()}
        return await self.person.submit_modal(opened, values)


def fields(opened: Any) -> dict[str, str]:
    """What a form's fields hold when it opens, by label."""
    return {label: field.get("value") or "" for label, field in _fields(opened).items()}


def _fields(opened: Any) -> dict[str, dict[str, Any]]:
    rows = opened._interaction.modal["components"]  # SimCord has no public name for it
    return {row["label"]: row["component"] for row in rows if "component" in row}
