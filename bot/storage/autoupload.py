"""Rules of automatic uploads, members' decisions and open questions in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from bot.autoupload.rules import (
    QUESTION_LIFE,
    AlbumBy,
    AutoRule,
    ChannelMode,
    Choice,
    Consent,
    FileKind,
    Filter,
    Question,
    Target,
)
from bot.storage.engine import Database
from bot.storage.schema import Instant, metadata, upsert
from bot.uploads.job import ReplyStyle, Source

rules = Table(
    "auto_rules",
    metadata,
    Column("target_id", BigInteger, primary_key=True, autoincrement=False),
    Column("target", String, nullable=False),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("mode", String, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("notice_id", BigInteger),
    Column("filter", JSON, nullable=False),
    Column("album_by", String, nullable=False),
    Column("style", String, nullable=False),
    Column("is_album_only", Boolean, nullable=False),
    Column("follows_messages", Boolean, nullable=False),
    Column("is_paused", Boolean, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("choice", String, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("given_in", BigInteger, nullable=False),
    Column("wording", Integer, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_message_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("asked_by", BigInteger, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    UniqueConstraint("author_id", "guild_id", "asked_by"),
    sqlite_autoincrement=True,  # numbers in buttons are never given out twice
)

marks = Table(
    "auto_marks",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),
)


class SqlAutoUploadStore:
    """An ``AutoUploadStore`` and a ``MarkStore`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rules(self) -> Sequence[AutoRule]:
        """Every rule."""
        query = select(rules).order_by(rules.c.set_at, rules.c.target_id)
        async with self._database.read() as connection:
            return [_rule(row) for row in await connection.execute(query)]

    async def set_rules(self, guild_id: int, kept: Sequence[AutoRule]) -> None:
        """Replace a guild's rules."""
        async with self._database.write() as connection:
            await connection.execute(delete(rules).where(rules.c.guild_id == guild_id))
            for rule in kept:
                values = {**asdict(rule), "filter": _filter_values(rule.filter)}
                await connection.execute(insert(rules).values(**values))

    async def consent(self, user_id: int, guild_id: int) -> Consent | None:
        """A member's standing decision."""
        query = select(consents).where(
            consents.c.user_id == user_id, consents.c.guild_id == guild_id
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return _consent(row)

    async def consents_of(self, user_id: int) -> Sequence[Consent]:
        """All that a person decided, for whichever server."""
        query = select(consents).where(consents.c.user_id == user_id).order_by(consents.c.guild_id)
        async with self._database.read() as connection:
            return [_consent(row) for row in await connection.execute(query)]

    async def decide(self, consent: Consent) -> None:
        """Keep a decision; the latest counts."""
        values = asdict(consent)
        statement = upsert(consents).values(**values)
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["user_id", "guild_id"], set_=values)
            )

    async def forget(self, user_id: int, guild_id: int) -> None:
        """Drop a member's decision."""
        statement = delete(consents).where(
            consents.c.user_id == user_id, consents.c.guild_id == guild_id
        )
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def ask(self, question: Question) -> Question | None:
        """Keep a question and number it; ``None`` when the same one is open to this author."""
        values = asdict(question)
        del values["id"]
        stale = delete(questions).where(questions.c.asked_at < question.asked_at - QUESTION_LIFE)
        statement = (
            upsert(questions)
            .values(**values)
            .on_conflict_do_nothing(index_elements=["author_id", "guild_id", "asked_by"])
            .returning(questions.c.id)
        )
        async with self._database.write() as connection:
            await connection.execute(stale)
            number = (await connection.execute(statement)).scalar_one_or_none()
        return None if number is None else replace(question, id=number)

    async def question(self, question_id: int) -> Question | None:
        """An open question."""
        async with self._database.read() as connection:
            row = (
                await connection.execute(select(questions).where(questions.c.id == question_id))
            ).one_or_none()
        return None if row is None else _question(row)

    async def take_question(self, question_id: int, author_id: int) -> Question | None:
        """Close a question by its author, once."""
        statement = (
            delete(questions)
            .where(questions.c.id == question_id, questions.c.author_id == author_id)
            .returning(questions)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _question(row)

    async def marks(self) -> Mapping[int, int]:
        """By guild: every post up to this message id was attended to."""
        async with self._database.read() as connection:
            return {row.guild_id: row.message_id for row in await connection.execute(select(marks))}

    async def set_mark(self, guild_id: int, message_id: int) -> None:
        """Move a guild's mark on; it never goes back."""
        statement = upsert(marks).values(guild_id=guild_id, message_id=message_id)
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["guild_id"],
                    set_={"message_id": message_id},
                    where=marks.c.message_id < message_id,
                )
            )


def _rule(row: Any) -> AutoRule:
    fields = row._asdict()
    wanted = fields["filter"]
    kinds = frozenset(FileKind(kind) for kind in wanted["kinds"])
    return AutoRule(
        **{
            **fields,
            "target": Target(fields["target"]),
            "mode": ChannelMode(fields["mode"]),
            "filter": Filter(**{**wanted, "kinds": kinds}),
            "album_by": AlbumBy(fields["album_by"]),
            "style": ReplyStyle(fields["style"]),
        }
    )


def _filter_values(wanted: Filter) -> dict[str, Any]:
    return {**asdict(wanted), "kinds": sorted(wanted.kinds)}


def _consent(row: Any) -> Consent:
    fields = row._asdict()
    return Consent(**{**fields, "choice": Choice(fields["choice"])})


def _question(row: Any) -> Question:
    fields = row._asdict()
    return Question(**{**fields, "sources": tuple(Source(**source) for source in row.sources)})
