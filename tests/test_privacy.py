"""`PRIVACY.md` names all that is kept, and its recipe for erasing does erase."""

import importlib
import pkgutil
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, LargeBinary, String, Table

import bot.storage
from bot.privacy.erasing import Erasure
from bot.storage.engine import open_database
from bot.storage.migrating import migrate
from bot.storage.privacy import SqlPrivacyStore
from bot.storage.schema import metadata

for module in pkgutil.iter_modules(bot.storage.__path__, "bot.storage."):
    importlib.import_module(module.name)

TEXT = (Path(__file__).parent.parent / "PRIVACY.md").read_text(encoding="utf-8")
#: Table to the cell of its row that lists the columns.
CELLS = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", TEXT, re.MULTILINE))
RECIPE = re.sub(r"--.*", "", re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)[0])
TABLES = list(metadata.sorted_tables)

GONE, STAYS = 700_700_700_700_700_700, 800_800_800_800_800_800
PERSON_COLUMNS = {"user_id", "author_id", "asked_by", "set_by", "started_by", "scope"}
#: What is the same in everybody's rows.
COMMON = {
    "kind": "member",
    "mode": "ask",
    "target": "channel",
    "album_by": "none",
    "style": "reply",
    "revoked_at": None,
    "state": "running",
    "trouble": None,
}


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database in which every table has a row of either person."""
    path = tmp_path / "bot.sqlite3"
    async with open_database(path) as database:
        await migrate(database)
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in TABLES:
            for person in (GONE, STAYS):
                row = {column.name: value(column, person) for column in table.columns}
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join(f":{name}" for name in row)
                connection.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", row)
    return path


def value(column: Column[Any], person: int) -> object:
    """Something that fits a column and tells whose row it is."""
    if column.name in PERSON_COLUMNS:
        return person
    if column.name in COMMON:
        return COMMON[column.name]
    if isinstance(column.type, JSON):
        return "{}"
    if column.name == "name" and column.table.name in {"tombstones", "erasures"}:
        return f"at random {person % 1000}"
    if isinstance(column.type, LargeBinary | String):
        return f"{column.name} of {person}"
    return person % 1000


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: connection.execute(f"SELECT * FROM {table.name}").fetchall() for table in TABLES
    }


def erase(path: Path, person: int) -> None:
    """What an operator does by hand."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")  # some builds' default, others' not
        for statement in filter(str.strip, RECIPE.split(";")):
            connection.execute(statement, {"user": person} if ":user" in statement else {})


# --- what is kept ---------------------------------------------------------------------------------


def test_every_table_is_named_and_no_other() -> None:
    assert set(CELLS) == set(metadata.tables)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_column_is_named_and_no_other(table: Table) -> None:
    named = re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", CELLS[table.name]))
    assert named == [column.name for column in table.columns]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_what_is_bold_is_what_is_kept_sealed(table: Table) -> None:
    bold = set(re.findall(r"\*\*`(\w+)`\*\*", CELLS[table.name]))
    binary = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    assert bold == {name for name in binary if not name.endswith("_digest")}


# --- the command ----------------------------------------------------------------------------------


async def forget(path: Path, person: int) -> None:
    """What ``/privacy erase`` does."""
    async with open_database(path) as database:
        store = SqlPrivacyStore(database)
        await store.erase(Erasure("a name", person, datetime.now(UTC), with_pictures=False))


async def test_the_command_leaves_no_trace_of_a_person(path: Path) -> None:
    await forget(path, GONE)
    with closing(sqlite3.connect(path)) as connection:
        rows = [row for rows in contents(connection).values() for row in rows]
    assert not [row for row in rows if str(GONE) in str(row)]
    assert str(GONE).encode() not in path.read_bytes()


async def test_the_command_leaves_everybody_else_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        before = contents(connection)
    await forget(path, GONE)
    with closing(sqlite3.connect(path)) as connection:
        after = contents(connection)
    for name, rows in before.items():
        theirs = [row for row in rows if str(STAYS) in str(row)]
        assert [row for row in after[name] if str(STAYS) in str(row)] == theirs


async def test_the_command_spares_what_came_after_the_wish(path: Path) -> None:
    async with open_database(path) as database:
        store = SqlPrivacyStore(database)
        epoch = datetime.fromtimestamp(0, UTC)
        await store.erase(Erasure("a name", GONE, epoch, with_pictures=False))
    with closing(sqlite3.connect(path)) as connection:
        kept = contents(connection)
    assert str(GONE) in str(kept["batches"])
    assert str(GONE) not in str(kept["consents"])


async def test_an_export_names_every_table_that_knows_a_person_and_no_secret(path: Path) -> None:
    async with open_database(path) as database:
        rows = await SqlPrivacyStore(database).export(GONE)
    with closing(sqlite3.connect(path)) as connection:
        knowing = {name for name, kept in contents(connection).items() if str(GONE) in str(kept)}
    assert set(rows) == knowing
    sealed = {
        column.name
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert not [name for kept in rows.values() for row in kept for name in sealed & set(row)]
    assert str(STAYS) not in str(rows)


# --- erasing --------------------------------------------------------------------------------------


def test_the_recipe_leaves_no_trace_of_a_person(path: Path) -> None:
    erase(path, GONE)
    with closing(sqlite3.connect(path)) as connection:
        rows = [row for rows in contents(connection).values() for row in rows]
    assert not [row for row in rows if str(GONE) in str(row)]


def test_the_recipe_takes_the_credits_of_a_persons_imgur_accounts_along(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE links SET imgur_account_id = 33 WHERE user_id = ?", [GONE])
        connection.execute(
            "UPDATE credit_pools SET kind = 'user', scope = 'account:33' WHERE scope = ?",
            [str(GONE)],
        )
    erase(path, GONE)
    with closing(sqlite3.connect(path)) as connection:
        assert "account:33" not in str(contents(connection)["credit_pools"])


def test_the_recipe_leaves_everybody_else_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        before = contents(connection)
    erase(path, GONE)
    with closing(sqlite3.connect(path)) as connection:
        after = contents(connection)
    for name, rows in before.items():
        theirs = [row for row in rows if str(STAYS) in str(row)]
        assert [row for row in after[name] if str(STAYS) in str(row)] == theirs


def test_the_recipe_overwrites_what_it_deletes(path: Path) -> None:
    assert str(GONE).encode() in path.read_bytes()
    erase(path, GONE)
    assert str(GONE).encode() not in path.read_bytes()
