"""Forms: what people type, and what happens when that goes wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.ui.failures import tell_failure
from bot.ui.presses import Interaction

#: A form that was left open this long is forgotten.
FORM_LIFE_S = 900.0


class Form(ui.Modal):
    """A form of text fields; whoever opens it says what is done with the answers."""

    def __init__(
        self, title: str, on_answers: Callable[[Interaction, list[str]], Awaitable[None]]
    ) -> None:
        """Begin.

        Args:
            on_answers: Gets the fields' texts in order, without blanks around them.
        """
        super().__init__(title=title, timeout=FORM_LIFE_S)
        self._on_answers = on_answers
        self._inputs: list[ui.TextInput[Any]] = []

    def ask(
        self,
        label: str,
        *,
        placeholder: str = "",
        default: str = "",
        max_length: int = 100,
        required: bool = True,
        is_long: bool = False,
    ) -> "Form":
        """Add a field; returns the form."""
        style = discord.TextStyle.paragraph if is_long else discord.TextStyle.short
        field: ui.TextInput[Any] = ui.TextInput(
            style=style,
            placeholder=placeholder,
            default=default[:max_length] or None,
            max_length=max_length,
            required=required,
        )
        self._inputs.append(field)
        self.add_item(ui.Label(text=label, component=field))
        return self

    def say(self, text: str) -> "Form":
        """Add a text between the fields; returns the form."""
        self.add_item(ui.TextDisplay(text))
        return self

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Pass the answers on."""
        await self._on_answers(interaction, [field.value.strip() for field in self._inputs])

    async def on_error(self, interaction: Interaction, error: Exception, /, *_: Any) -> None:
        """Tell the person."""
        await tell_failure(interaction, error)
