"""The application's commands as Discord keeps them, and the rules for them.

Source: https://docs.discord.com/developers/interactions/application-commands
"""

import unicodedata
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from tests.wire.refusals import FormErrors, RefusedError, unknown_command

Command = dict[str, Any]


class CommandKind(IntEnum):
    CHAT = 1
    USER = 2
    MESSAGE = 3


class OptionKind(IntEnum):
    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTED = {OptionKind.SUBCOMMAND, OptionKind.GROUP}
_WITH_CHOICES = {OptionKind.STRING, OptionKind.INTEGER, OptionKind.NUMBER}
MAX_OPTIONS, MAX_CHOICES, MAX_SIZE = 25, 25, 8000
MAX_COMMANDS = {CommandKind.CHAT: 100, CommandKind.USER: 15, CommandKind.MESSAGE: 15}
EVERYWHERE = 0
"""The scope of global commands; other scopes are guild ids."""


class CommandBook:
    """Global and guild commands. Bodies that Discord would refuse are refused."""

    def __init__(self, application_id: int, mint: Callable[[], int]) -> None:
        self._application_id = application_id
        self._mint = mint
        self._scopes: dict[int, dict[int, Command]] = {}
        self.syncs = 0
        """How many times a whole scope was replaced."""

    def listed(self, scope: int = EVERYWHERE) -> list[Command]:
        return list(self._scopes.get(scope, {}).values())

    def get(self, scope: int, command_id: int) -> Command:
        try:
            return self._scopes[scope][command_id]
        except KeyError:
            raise unknown_command() from None

    def replace(self, scope: int, bodies: list[Command]) -> list[Command]:
        """Make these the scope's only commands; a known name and type keeps its id."""
        check_all(bodies)
        known = {(command["type"], command["name"]): command for command in self.listed(scope)}
        made = [self._made(scope, body, known.get(_key(body))) for body in bodies]
        self._scopes[scope] = {int(command["id"]): command for command in made}
        self.syncs += 1
        return made

    def upsert(self, scope: int, body: Command) -> Command:
        others = [command for command in self.listed(scope) if _key(command) != _key(body)]
        check_all([*others, body])
        known = {_key(command): command for command in self.listed(scope)}
        command = self._made(scope, body, known.get(_key(body)))
        self._scopes.setdefault(scope, {})[int(command["id"])] = command
        return command

    def edit(self, scope: int, command_id: int, changes: Command) -> Command:
        body = self.get(scope, command_id) | changes
        check_all([body])
        self._scopes[scope][command_id] = self._made(scope, body, self.get(scope, command_id))
        return self._scopes[scope][command_id]

    def delete(self, scope: int, command_id: int) -> None:
        self.get(scope, command_id)
        del self._scopes[scope][command_id]

    def find(self, name: str, kind: CommandKind, guild_id: int | None) -> Command:
        """What a user's client would pick: the guild's own command before the global one.

        Raises:
            LookupError: no such command is synced.
        """
        in_reach = [*self.listed(guild_id or EVERYWHERE), *self.listed(EVERYWHERE)]
        for command in in_reach:
            if _key(command) == (kind, name):
                return command
        names = sorted(command["name"] for command in in_reach)
        raise LookupError(f"No command {name!r} is synced. There are {names}")

    def _made(self, scope: int, body: Command, known: Command | None) -> Command:
        permissions = body.get("default_member_permissions")
        command = {
            "id": known["id"] if known else str(self._mint()),
            "application_id": str(self._application_id),
            "version": str(self._mint()),
            "type": body.get("type") or CommandKind.CHAT,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": None if permissions is None else str(permissions),
            "dm_permission": body.get("dm_permission") is not False,
            "contexts": body.get("contexts"),
            "integration_types": body.get("integration_types") or [0],
            "nsfw": bool(body.get("nsfw")),
            "options": body.get("options") or [],
        }
        return command | ({"guild_id": str(scope)} if scope else {})


def check_all(bodies: list[Command]) -> None:
    """Refuse a set of commands that Discord would refuse."""
    errors = FormErrors()
    for index, body in enumerate(bodies):
        with errors.at(index):
            _check_command(body, errors)
    errors.refuse()
    keys = [_key(body) for body in bodies]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            sentence = "Application command names must be unique"
            with errors.at(index):
                errors.add("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", sentence)
    errors.refuse()
    for kind, most in MAX_COMMANDS.items():
        if sum(key[0] == kind for key in keys) > most:
            raise RefusedError(
                400, 30032, f"Maximum number of application commands reached ({most})."
            )


def _key(body: Command) -> tuple[int, str]:
    return int(body.get("type") or CommandKind.CHAT), str(body.get("name"))


def _check_command(body: Command, errors: FormErrors) -> None:
    errors.required(body, "name")
    errors.length(body, "name", 32, 1)
    if _key(body)[0] != CommandKind.CHAT:
        if body.get("description") or body.get("options"):
            sentence = "Context menu commands cannot have description or options"
            errors.add("description", "APPLICATION_COMMAND_CONTEXT_MENU_INVALID", sentence)
        return
    _check_name(body, errors)
    errors.required(body, "description")
    errors.length(body, "description", 100, 1)
    _check_options(body, errors, depth=0)
    if _size(body) > MAX_SIZE:
        sentence = f"Command exceeds maximum size ({MAX_SIZE})"
        errors.add("options", "APPLICATION_COMMAND_TOO_LARGE", sentence)


def _check_name(body: Command, errors: FormErrors) -> None:
    name = str(body.get("name") or "")
    spelled = all(char in "-_'" or unicodedata.category(char)[0] in "LNM" for char in name)
    if name and (not spelled or name != name.lower()):
        errors.add("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(parent: Command, errors: FormErrors, depth: int) -> None:
    options = parent.get("options") or []
    if len(options) > MAX_OPTIONS:
        errors.add("options", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    kinds = [option.get("type") for option in options]
    if NESTED & set(kinds) and not set(kinds) <= NESTED:
        sentence = (
            "Sub-command and sub-command group option types are mutually exclusive to all others"
        )
        errors.add("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", sentence)
    names = [option.get("name") for option in options]
    required = [bool(option.get("required")) for option in options]
    for index, option in enumerate(options):
        with errors.at("options", index):
            _check_option(option, errors, depth)
            if option.get("name") in names[:index]:
                sentence = "Option names must be unique"
                errors.add("name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", sentence)
            if required[index] and not all(required[:index]):
                sentence = "Required options must be placed before non-required options"
                errors.add("required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", sentence)


def _check_option(option: Command, errors: FormErrors, depth: int) -> None:
    errors.required(option, "type", "name", "description")
    errors.length(option, "name", 32, 1)
    errors.length(option, "description", 100, 1)
    _check_name(option, errors)
    kind = option.get("type")
    if kind in NESTED:
        if depth > 1 or (kind == OptionKind.GROUP and depth > 0):
            errors.add("type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deeply")
        _check_options(option, errors, depth + 1)
    choices = option.get("choices") or []
    if choices and (kind not in _WITH_CHOICES or option.get("autocomplete")):
        sentence = "Choices are not possible here"
        errors.add("choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", sentence)
    check_choices(option, errors)


def check_choices(holder: Command, errors: FormErrors) -> None:
    """The same for an option's choices and for an autocomplete's suggestions."""
    choices = holder.get("choices") or []
    if len(choices) > MAX_CHOICES:
        errors.add("choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        with errors.at("choices", index):
            errors.required(choice, "name")
            errors.length(choice, "name", 100, 1)
            if isinstance(choice.get("value"), str):
                errors.length(choice, "value", 100)


def _size(body: Command) -> int:
    """Discord's measure: names, descriptions and values, localisations by the longest."""
    total = 0
    for key in ("name", "description"):
        texts = [str(body.get(key) or ""), *(body.get(f"{key}_localizations") or {}).values()]
        total += max(len(text) for text in texts)
    for choice in body.get("choices") or []:
        total += len(str(choice["name"])) + len(str(choice["value"]))
    return total + sum(_size(option) for option in body.get("options") or [])
