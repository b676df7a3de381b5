"""Holds requests against Discord's own description of its API (OpenAPI 3.1).

The file is not part of the project; the environment variable DISCORD_OPENAPI names it.
Source: https://github.com/discord/discord-api-spec
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.wire.dialect import Dialect
from tests.wire.rest.deviations import DEVIATIONS, GAPS, Deviation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.wire.rest.routing import Call

Schema = dict[str, Any]
_NOT_DESCRIBED = {
    ("POST", "/oauth2/token"): "OAuth2 is described in the documentation only",
    ("POST", "/oauth2/token/revoke"): "OAuth2 is described in the documentation only",
}


@dataclass(frozen=True)
class Violation:
    """One thing about a request that Discord's description does not allow."""

    method: str
    path: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.where}: {self.message}"


class Contract:
    """Discord's description, ready to check calls against. Made once per file."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self._operations = sorted(
            (
                _Operation(method.upper(), template, description, item.get("parameters") or [])
                for template, item in document["paths"].items()
                for method, description in item.items()
                if method != "parameters"
            ),
            key=lambda operation: operation.template.count("{"),
        )
        self._dialect = Dialect(document)

    def of_request(self, call: Call) -> list[Violation]:
        """What is wrong with the request; known deviations of discord.py are left out."""
        operation = self._operation(call)
        if operation is None:
            if (call.method, call.path) in _NOT_DESCRIBED:
                return []
            return [Violation(call.method, call.path, "path", "not described by Discord")]
        found = [*self._parameters(call, operation), *self._body(call, operation)]
        return [each for each in found if not _is_known(DEVIATIONS, operation, each)]

    def of_answer(self, call: Call) -> list[Violation]:
        """What is wrong with the stand-in's own answer."""
        operation = self._operation(call)
        if operation is None or call.status >= 400:
            return []
        responses = operation.description["responses"]
        if str(call.status) not in responses:
            return [Violation(call.method, call.path, "status", f"{call.status} not described")]
        content = responses[str(call.status)].get("content") or {}
        schema = (content.get("application/json") or {}).get("schema")
        found = [] if schema is None else self._errors(call, "answer", schema, call.answer)
        return [each for each in found if not _is_known(GAPS, operation, each)]

    def _operation(self, call: Call) -> _Operation | None:
        for operation in self._operations:
            if operation.method == call.method and operation.pattern.match(call.path):
                return operation
        return None

    def _parameters(self, call: Call, operation: _Operation) -> Iterator[Violation]:
        match = operation.pattern.match(call.path)
        values = {"path": match.groupdict() if match else {}, "query": call.query}
        known: dict[str, set[str]] = {"path": set(), "query": set()}
        for parameter in operation.parameters:
            place, name = parameter["in"], parameter["name"]
            if place not in values:
                continue
            known[place].add(name)
            if name in values[place]:
                value = self._converted(values[place][name], parameter["schema"])
                where = f"{place}.{name}"
                yield from self._errors(call, where, parameter["schema"], value)
            elif parameter.get("required"):
                yield Violation(call.method, call.path, f"{place}.{name}", "missing")
        for name in call.query.keys() - known["query"]:
            yield Violation(call.method, call.path, f"query.{name}", "unknown parameter")

    def _converted(self, text: str, schema: Schema) -> Any:
        """A parameter's text as the type that its schema asks for."""
        kind = self._dialect.resolved(schema).get("type")
        if kind == "integer" and text.lstrip("-").isdigit():
            return int(text)
        if kind == "boolean" and text in ("true", "false"):
            return text == "true"
        return text

    def _body(self, call: Call, operation: _Operation) -> list[Violation]:
        request_body = operation.description.get("requestBody")
        if request_body is None:
            if call.payload is None:
                return []
            return [Violation(call.method, call.path, "body", "none is described")]
        if call.content_type not in request_body["content"]:
            message = f"{call.content_type or 'no'} content"
            return [Violation(call.method, call.path, "body", message)]
        schemas = request_body["content"]
        kind = "application/json" if "application/json" in schemas else call.content_type
        return self._errors(call, "body", schemas[kind]["schema"], call.payload)

    def _errors(self, call: Call, where: str, schema: Schema, value: Any) -> list[Violation]:
        return [
            Violation(
                call.method,
                call.path,
                ".".join([where, *(str(step) for step in error.absolute_path)]),
                error.message[:300],
            )
            for error in self._dialect.errors(schema, value)
        ]


class _Operation:
    """One method of one path."""

    def __init__(
        self, method: str, template: str, description: Schema, shared: list[Schema]
    ) -> None:
        self.method = method
        self.template = template
        self.description = description
        self.parameters = [*shared, *(description.get("parameters") or [])]
        names = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template.replace("*", r"\*"))
        self.pattern = re.compile(names + "$")


def described() -> Contract | None:
    """Discord's description, if DISCORD_OPENAPI names its file."""
    path = os.environ.get("DISCORD_OPENAPI")
    return _load(path) if path else None


@lru_cache
def _load(path: str) -> Contract:
    return Contract(json.loads(Path(path).read_text()))


def _is_known(known: Sequence[Deviation], operation: _Operation, violation: Violation) -> bool:
    return any(_explains(deviation, operation, violation) for deviation in known)


def _explains(deviation: Deviation, operation: _Operation, violation: Violation) -> bool:
    return bool(
        re.fullmatch(deviation.operation, f"{operation.method} {operation.template}")
        and re.fullmatch(deviation.where, violation.where)
        and re.search(deviation.message, violation.message)
    )
