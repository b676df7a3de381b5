"""JSON Schema as Discord's description uses it, with reports that are short and strict.

References are looked up directly. In unions the alternative is chosen by its JSON type and its
`type` field, so that one clear error is reported instead of one for each alternative. Fields
that the description does not know are errors.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

Schema = dict[str, Any]
Errors = Iterator[ValidationError]


class Dialect:
    """Checks values against the schemas of one document."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self._formats = FormatChecker(formats=[])
        self._formats.checks("date-time", raises=ValueError)(_is_instant)
        self._formats.checks("uri")(_is_address)
        changes = {
            "$ref": self._reference,
            "oneOf": self._union,
            "anyOf": self._union,
            "properties": self._properties,
        }
        self._validator = validators.extend(Draft202012Validator, changes)

    def errors(self, schema: Schema, value: Any) -> Iterable[ValidationError]:
        """What is wrong with the value."""
        found: Iterable[ValidationError] = self._validator(
            schema, format_checker=self._formats
        ).iter_errors(value)
        return found

    def resolved(self, schema: Schema) -> Schema:
        """The schema that is meant when this one only refers to it."""
        node = self._document
        for step in schema.get("$ref", "").split("/")[1:]:
            node = node[step]
        return node if "$ref" in schema else schema

    def _reference(self, validator: Any, _: str, instance: Any, schema: Schema) -> Errors:
        yield from validator.descend(instance, self.resolved(schema))

    def _union(
        self, validator: Any, alternatives: list[Schema], instance: Any, _schema: Schema
    ) -> Errors:
        possible = [each for each in alternatives if self._is_possible(validator, each, instance)]
        attempts = [list(validator.descend(instance, each)) for each in possible]
        if not attempts:
            yield ValidationError(f"{str(instance)[:80]} is none of what is possible here")
        elif all(attempts):
            yield from min(attempts, key=len)

    def _is_possible(self, validator: Any, alternative: Schema, instance: Any) -> bool:
        """Whether the JSON type fits and, for objects, the `type` field too."""
        alternative = self.resolved(alternative)
        kinds = alternative.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(validator.is_type(instance, kind) for kind in kinds):
            return False
        if not isinstance(instance, dict) or "type" not in instance:
            return True
        allowed = alternative.get("properties", {}).get("type", {}).get("enum")
        return allowed is None or instance["type"] in allowed

    def _properties(self, validator: Any, known: Schema, instance: Any, schema: Schema) -> Errors:
        if not isinstance(instance, dict):
            return
        for name, value in instance.items():
            if name in known:
                yield from validator.descend(value, known[name], path=name, schema_path=name)
            elif "additionalProperties" not in schema:
                yield ValidationError("unknown field", path=[name])


def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(re.match(r"[a-z][a-z0-9+.-]*:", value))
