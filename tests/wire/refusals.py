"""How Discord says no.

Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class RefusedError(Exception):
    """An error answer: HTTP status, Discord's code and its sentence."""

    def __init__(
        self, status: int, code: int, message: str, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.payload: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.payload["errors"] = errors

    @property
    def code(self) -> int:
        return int(self.payload["code"])


def not_found() -> RefusedError:
    return RefusedError(404, 0, "404: Not Found")


def unauthorized() -> RefusedError:
    return RefusedError(401, 0, "401: Unauthorized")


def unknown_channel() -> RefusedError:
    return RefusedError(404, 10003, "Unknown Channel")


def unknown_guild() -> RefusedError:
    return RefusedError(404, 10004, "Unknown Guild")


def unknown_member() -> RefusedError:
    return RefusedError(404, 10007, "Unknown Member")


def unknown_message() -> RefusedError:
    return RefusedError(404, 10008, "Unknown Message")


def unknown_user() -> RefusedError:
    return RefusedError(404, 10013, "Unknown User")


def unknown_emoji() -> RefusedError:
    return RefusedError(400, 10014, "Unknown Emoji")


def unknown_webhook() -> RefusedError:
    return RefusedError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> RefusedError:
    return RefusedError(404, 10062, "Unknown interaction")


def unknown_command() -> RefusedError:
    return RefusedError(404, 10063, "Unknown application command")


def already_acknowledged() -> RefusedError:
    return RefusedError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> RefusedError:
    return RefusedError(403, 50001, "Missing Access")


def cannot_edit_others() -> RefusedError:
    return RefusedError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> RefusedError:
    return RefusedError(400, 50006, "Cannot send an empty message")


def cannot_send_to_user() -> RefusedError:
    return RefusedError(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> RefusedError:
    return RefusedError(403, 50013, "Missing Permissions")


def invalid_webhook_token() -> RefusedError:
    return RefusedError(401, 50027, "Invalid Webhook Token")


def cannot_reply_without_history() -> RefusedError:
    return RefusedError(400, 160002, "Cannot reply without permission to read message history")


class FormErrors:
    """Collects what is wrong with a body, field by field, in Discord's nested format."""

    def __init__(self) -> None:
        self._errors: dict[str, Any] = {}
        self._path: list[str] = []

    @contextmanager
    def at(self, *keys: str | int) -> Iterator[None]:
        """Report what follows below these keys."""
        self._path += [str(key) for key in keys]
        try:
            yield
        finally:
            del self._path[len(self._path) - len(keys) :]

    def add(self, key: str | int, code: str, message: str) -> None:
        node = self._errors
        for step in [*self._path, str(key)]:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, body: dict[str, Any], key: str, most: int, least: int = 0) -> None:
        """A text field's length, if the field is there."""
        value = body.get(key)
        if value is None:
            return
        if not isinstance(value, str):
            self.add(key, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        elif least and not least <= len(value) <= most:
            self.add(key, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif len(value) > most:
            self.add(key, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def required(self, body: dict[str, Any], *keys: str) -> None:
        for key in keys:
            if body.get(key) in (None, "", []):
                self.add(key, "BASE_TYPE_REQUIRED", "This field is required")

    def refuse(self) -> None:
        """Raise what was collected, if anything was."""
        if self._errors:
            raise RefusedError(400, 50035, "Invalid Form Body", self._errors)


def invalid(key: str, code: str, message: str) -> RefusedError:
    """A refusal about one top-level field."""
    return RefusedError(
        400, 50035, "Invalid Form Body", {key: {"_errors": [{"code": code, "message": message}]}}
    )
