"""Turning what a user types after "/" into an interaction's data, as Discord's client does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire import payloads
from tests.wire.commands import NESTED, Command, CommandKind, OptionKind
from tests.wire.entities import Channel, Role, User
from tests.wire.files import Attachment
from tests.wire.permissions import Permission, channel_permissions, guild_permissions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.wire.world import World

Values = dict[str, Any]
_PYTHON_TYPES: dict[int, type | tuple[type, ...]] = {
    OptionKind.STRING: str,
    OptionKind.INTEGER: int,
    OptionKind.BOOLEAN: bool,
    OptionKind.USER: User,
    OptionKind.CHANNEL: Channel,
    OptionKind.ROLE: Role,
    OptionKind.MENTIONABLE: (User, Role),
    OptionKind.NUMBER: (int, float),
    OptionKind.ATTACHMENT: Attachment,
}


class NotPossibleError(AssertionError):
    """Discord's client would not have let the user do this."""


def command_data(
    world: World,
    channel: Channel,
    name: str,
    values: Values,
    *,
    focused: str | None = None,
) -> tuple[Command, dict[str, Any]]:
    """The synced command and the `data` of an interaction that calls it.

    Args:
        world: Where it happens.
        channel: In which channel.
        name: "upload" or, with subcommands, "gallery search".
        values: Options by name: strings, numbers, booleans, users, roles, channels, attachments.
        focused: For autocomplete, the option being typed.

    Raises:
        NotPossibleError: no such command, or the client would refuse these values.
    """
    guild_id = channel.guild.id if channel.guild else None
    first, *path = name.split()
    try:
        command = world.commands.find(first, CommandKind.CHAT, guild_id)
    except LookupError as error:
        raise NotPossibleError(str(error)) from None
    resolved = Resolver(world, channel)
    options = _nested_options(command, path, values, resolved, focused)
    return command, _call(command, channel) | {"options": options} | resolved.as_field()


def menu_data(
    world: World, channel: Channel, name: str, target: Any
) -> tuple[Command, dict[str, Any]]:
    """The synced context menu command and its data for a message or a user."""
    kind = CommandKind.USER if isinstance(target, User) else CommandKind.MESSAGE
    try:
        command = world.commands.find(name, kind, channel.guild.id if channel.guild else None)
    except LookupError as error:
        raise NotPossibleError(str(error)) from None
    resolved = Resolver(world, channel)
    if kind is CommandKind.USER:
        resolved.user(target)
    else:
        message = payloads.of_message(target, world.bot)
        resolved.put("messages", target.id, message)
    data = _call(command, channel) | {"target_id": str(target.id)} | resolved.as_field()
    return command, data


def check_available(command: Command, user: User, channel: Channel) -> None:
    """Refuse what the client hides: by permission, place or age restriction."""
    guild = channel.guild
    if guild is None:
        contexts = command["contexts"]
        if not command["dm_permission"] or (contexts is not None and 1 not in contexts):
            raise NotPossibleError(f"{command['name']!r} is not offered in direct messages.")
        return
    if command["contexts"] is not None and 0 not in command["contexts"]:
        raise NotPossibleError(f"{command['name']!r} is not offered in guilds.")
    needed = Permission(int(command["default_member_permissions"] or 0))
    granted = guild_permissions(user, guild)
    admin_only = command["default_member_permissions"] == "0"
    if granted & needed != needed or (admin_only and not granted & Permission.ADMINISTRATOR):
        raise NotPossibleError(f"{command['name']!r} is not offered to {user.name}.")
    if not channel_permissions(user, channel) & Permission.USE_APPLICATION_COMMANDS:
        raise NotPossibleError(f"{user.name} may not use commands in #{channel.name}.")
    if command["nsfw"] and not channel.nsfw:
        raise NotPossibleError(f"{command['name']!r} is for age-restricted channels.")


class Resolver:
    """Collects the objects that an interaction's data refers to by id."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self._resolved: dict[str, dict[str, Any]] = {}

    def put(self, kind: str, object_id: int, payload: dict[str, Any]) -> str:
        self._resolved.setdefault(kind, {})[str(object_id)] = payload
        return str(object_id)

    def user(self, user: User) -> str:
        guild = self._channel.guild
        if guild is not None and user.id in guild.members:
            member = payloads.of_member(guild.members[user.id])
            permissions = channel_permissions(user, self._channel)
            extra = {"permissions": str(int(permissions))}
            hidden = ("mute", "deaf")
            shown = {key: value for key, value in member.items() if key not in hidden}
            self.put("members", user.id, shown | extra)
        return self.put("users", user.id, payloads.of_user(user))

    def attachment(self, attachment: Attachment) -> str:
        folder = f"ephemeral-attachments/{self._world.bot.id}"
        stored = self._world.files.add(attachment, folder, ephemeral=True)
        return self.put("attachments", stored.id, stored.payload())

    def any(self, value: Any) -> Any:
        """An option's value as sent: objects by id, plain values as they are."""
        if isinstance(value, User):
            return self.user(value)
        if isinstance(value, Role):
            return self.put("roles", value.id, payloads.of_role(value))
        if isinstance(value, Channel):
            shown = payloads.of_partial_channel(value, self._world.bot)
            return self.put("channels", value.id, shown)
        if isinstance(value, Attachment):
            return self.attachment(value)
        return value

    def as_field(self) -> dict[str, Any]:
        return {"resolved": self._resolved} if self._resolved else {}


def _call(command: Command, channel: Channel) -> dict[str, Any]:
    data = {"id": command["id"], "name": command["name"], "type": int(command["type"])}
    if "guild_id" in command and channel.guild is not None:
        data["guild_id"] = command["guild_id"]
    return data


def _nested_options(
    parent: Command, path: list[str], values: Values, resolved: Resolver, focused: str | None
) -> list[dict[str, Any]]:
    """Follow the words of the path through subcommands, then fill in the last one's options."""
    options = parent.get("options") or []
    nested = {option["name"]: option for option in options if option["type"] in NESTED}
    if not path:
        if nested:
            raise NotPossibleError(f"{parent['name']!r} needs one of {sorted(nested)}")
        return _filled_options(parent["name"], options, values, resolved, focused)
    if path[0] not in nested:
        raise NotPossibleError(f"{parent['name']!r} has no {path[0]!r}; there are {sorted(nested)}")
    child = nested[path[0]]
    inner = _nested_options(child, path[1:], values, resolved, focused)
    return [{"name": child["name"], "type": child["type"], "options": inner}]


def _filled_options(
    command: str,
    options: Iterable[Command],
    values: Values,
    resolved: Resolver,
    focused: str | None,
) -> list[dict[str, Any]]:
    by_name = {option["name"]: option for option in options}
    unknown = values.keys() - by_name.keys()
    if unknown:
        raise NotPossibleError(f"{command!r} has no option {sorted(unknown)}; {sorted(by_name)}")
    missing = [
        name for name, each in by_name.items() if each.get("required") and name not in values
    ]
    if missing and focused is None:
        raise NotPossibleError(f"{command!r} requires {missing}")
    filled = []
    for name, value in values.items():
        if focused is None:
            _check_value(by_name[name], value)
        entry = {"name": name, "type": by_name[name]["type"], "value": resolved.any(value)}
        filled.append(entry | ({"focused": True} if name == focused else {}))
    return filled


def _check_value(option: Command, value: Any) -> None:
    name, kind = option["name"], option["type"]
    flag_for_number = isinstance(value, bool) and kind != OptionKind.BOOLEAN
    if not isinstance(value, _PYTHON_TYPES[kind]) or flag_for_number:
        raise NotPossibleError(f"{name!r} cannot be {value!r}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise NotPossibleError(f"{name!r} must be one of {choices}")
    measured = len(value) if isinstance(value, str) else value
    bounds = (
        ("min_length", "max_length") if kind == OptionKind.STRING else ("min_value", "max_value")
    )
    least, most = (option.get(bound) for bound in bounds)
    if (least is not None and measured < least) or (most is not None and measured > most):
        raise NotPossibleError(f"{name!r} must be between {least} and {most}")
