"""Bringing the database to the shape that this version of the bot expects."""

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import SchemaTooNewError
from bot.storage.engine import Database

_log = logging.getLogger(__name__)

#: The newest migration. A test compares it with the folder, which is read only when it is needed:
#: Alembic alone takes a third of a second to import.
HEAD = "0001"

#: Whoever migrates has this lock of PostgreSQL's meanwhile: "migrate" in ASCII.
_LOCK = int.from_bytes(b"migrate")

_FOLDER = Path(__file__).with_name("migrations")


async def migrate(database: Database) -> None:
    """Run whatever migrations are missing, all of them or none.

    Raises:
        SchemaTooNewError: A newer version of the bot wrote this database; it is left untouched.
        StorageError: The database refused.
    """
    async with database.write() as connection:
        if database.shared_as is not None:  # another bot may make the shared tables just now
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if database.schema is not None:
            await connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{database.schema}"')
        revision = await connection.run_sync(_revision)
        if revision == HEAD:
            return
        await connection.run_sync(_upgrade, revision)
    _log.info("database brought from revision %s to %s", revision, HEAD)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version", schema=_schema(connection)):
        return None
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return revision


def _schema(connection: Connection) -> str | None:
    """The schema that is this bot's own, where a database has several."""
    if connection.dialect.name != "postgresql":
        return None
    schema: str | None = connection.execute(text("SELECT current_schema()")).scalar()
    return schema


def _upgrade(connection: Connection, revision: str | None) -> None:
    from alembic import command  # noqa: PLC0415 (see HEAD)
    from alembic.config import Config  # noqa: PLC0415 (same)
    from alembic.script import ScriptDirectory  # noqa: PLC0415 (same)

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    config.attributes["schema"] = _schema(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaTooNewError(f"the database is at revision {revision}, this bot knows {HEAD}")
    command.upgrade(config, HEAD)
