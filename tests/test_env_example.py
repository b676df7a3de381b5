"""`.env.example` tells the truth about the settings."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from bot.errors import SettingsError
from bot.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / ".env.example").read_text(encoding="utf-8")
FIELDS = {name.upper(): field for name, field in Settings.model_fields.items()}
REQUIRED = {name for name, field in FIELDS.items() if field.is_required()}

_LINE = re.compile(r"^(?P<off>#?)(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$", re.MULTILINE)
LINES = {match["name"]: match for match in _LINE.finditer(TEXT)}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine, and no ``.env`` but the one that a test writes."""
    for name in FIELDS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def written(default: Any) -> str:
    """A default as an operator would write it."""
    match default:
        case None:
            return ""
        case bool():
            return str(default).lower()
        case tuple():
            return ",".join(default)
        case _:
            return str(default)


def filled_in(text: str) -> str:
    for name in REQUIRED:
        text = text.replace(f"{name}=\n", f"{name}=0123456789abcde\n")
    return text


def test_every_setting_is_explained_and_nothing_else() -> None:
    assert set(LINES) == set(FIELDS)


def test_each_setting_stands_there_once() -> None:
    assert len(_LINE.findall(TEXT)) == len(FIELDS)


def test_the_required_settings_come_first_and_are_the_only_live_ones() -> None:
    assert set(list(LINES)[: len(REQUIRED)]) == REQUIRED
    assert {name for name, line in LINES.items() if not line["off"]} == REQUIRED


@pytest.mark.parametrize(("name", "field"), FIELDS.items(), ids=FIELDS)
def test_the_default_is_the_real_one(name: str, field: FieldInfo) -> None:
    expected = "" if field.is_required() else written(field.default)
    assert LINES[name]["value"] == expected


@pytest.mark.parametrize("name", FIELDS)
def test_a_line_of_meaning_stands_above(name: str) -> None:
    above = TEXT[: LINES[name].start()].rstrip("\n").rpartition("\n")[2]
    assert re.match(r"# \S", above)


@pytest.mark.parametrize(("name", "field"), FIELDS.items(), ids=FIELDS)
def test_secrets_are_called_secret(name: str, field: FieldInfo) -> None:
    comment = TEXT[: LINES[name].start()].rpartition("\n\n")[2]
    own = re.split(r"^#?[A-Z0-9_]+=.*\n", comment, flags=re.MULTILINE)[-1]
    assert own.startswith("# Secret.") == ("SecretStr" in str(field.annotation))


def test_as_it_is_it_names_a_required_setting(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(TEXT, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert any(name in str(caught.value) for name in REQUIRED)


def test_with_the_required_settings_it_gives_all_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(filled_in(TEXT), encoding="utf-8")
    settings = load_settings()
    for name, field in FIELDS.items():
        if name not in REQUIRED:
            assert getattr(settings, name.lower()) == field.default


def test_with_every_line_live_it_gives_the_same(tmp_path: Path) -> None:
    text = filled_in(TEXT)
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    expected = load_settings()
    (tmp_path / ".env").write_text(_LINE.sub(r"\g<name>=\g<value>", text), encoding="utf-8")
    assert load_settings() == expected
