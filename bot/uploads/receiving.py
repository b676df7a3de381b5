"""From the source into the spool: downloaded, checked and stripped in one pass."""

import re
import secrets
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Protocol

from bot.accounts.vault import KEY_BYTES
from bot.clock import Clock
from bot.errors import SourceGoneError, TooLargeError
from bot.media.fetch import Download, Fetcher
from bot.media.intake import Intake, Limits, MediaFacts
from bot.media.spool import Spool
from bot.uploads.job import Job, JobState, Source, Spooled

#: Discord's links say in hexadecimal seconds when they die.
#: Source: https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
_EXPIRES = re.compile(r"[?&]ex=([0-9a-f]{1,12})(&|$)")
#: A link that dies sooner than this is renewed first.
_MARGIN_S = 60.0


class Attachments(Protocol):
    """Knows where Discord's files lie now."""

    async def fresh_url(self, source: Source) -> str:
        """A newly signed link to a file.

        Raises:
            SourceGoneError: It is gone, or hangs on no message.
            FetchError: That cannot be told at present.
        """
        ...


class Receiver:
    """Brings one file's bytes into the spool."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        spool: Spool,
        limits: Limits,
        clock: Clock,
        attachments: Attachments | None = None,
        keep_metadata: bool = False,
        imgur_fetches: bool = False,
    ) -> None:
        """Prepare.

        Args:
            attachments: Renews links that died; without it they stay dead.
            imgur_fetches: Addresses that users give are left to Imgur: nothing is opened, checked
                or taken out here.
        """
        self._fetcher = fetcher
        self._spool = spool
        self._limits = limits
        self._attachments = attachments
        self._clock = clock
        self._keep_metadata = keep_metadata
        self._imgur_fetches = imgur_fetches

    async def receive(self, job: Job) -> Job:
        """The job as it is once its bytes are safe: ``READY``.

        Raises:
            MediaError: The file cannot be had, is not taken, or has no room.
        """
        source = job.source
        if self._imgur_fetches and not source.is_attachment:
            self._fetcher.check(source.url)
            return replace(job, state=JobState.READY, attempts=0)
        if self._is_expired(source):
            return await self._receive(job, await self._renewed(source))
        try:
            return await self._receive(job, source)
        except SourceGoneError:
            if not self._can_renew(source):
                raise
            return await self._receive(job, await self._renewed(source))

    def _is_expired(self, source: Source) -> bool:
        expires = _EXPIRES.search(source.url) if source.is_attachment else None
        if expires is None or not self._can_renew(source):
            return False
        return int(expires[1], 16) < self._clock.now().timestamp() + _MARGIN_S

    def _can_renew(self, source: Source) -> bool:
        hangs_on_message = source.is_attachment and source.message_id is not None
        return hangs_on_message and self._attachments is not None

    async def _renewed(self, source: Source) -> Source:
        assert self._attachments is not None  # noqa: S101 (_can_renew has looked)
        return replace(source, url=await self._attachments.fresh_url(source))

    async def _receive(self, job: Job, source: Source) -> Job:
        declared = source.declared_bytes
        if declared is not None and declared > self._limits.largest_bytes:
            raise TooLargeError(limit_bytes=self._limits.largest_bytes)
        name, key = f"{job.id}-{secrets.token_hex(4)}", secrets.token_bytes(KEY_BYTES)
        async with self._open(source) as download, self._spool.writer(name, key) as writer:
            intake = Intake(
                self._limits,
                keep_metadata=self._keep_metadata,
                declared_bytes=download.declared_bytes,
            )
            async for chunk in download:
                await writer.write(intake.feed(chunk))
            rest, facts = intake.finish()
            await writer.write(rest)
            await writer.commit()
        return replace(job, state=JobState.READY, attempts=0, spooled=_spooled(name, key, facts))

    def _open(self, source: Source) -> AbstractAsyncContextManager[Download]:
        limit_bytes = self._limits.largest_bytes
        if source.is_attachment:
            return self._fetcher.attachment(source.url, limit_bytes=limit_bytes)
        return self._fetcher.public(source.url, limit_bytes=limit_bytes)


def _spooled(name: str, key: bytes, facts: MediaFacts) -> Spooled:
    return Spooled(
        name=name,
        key=key,
        content_type=facts.kind.mime,
        extension=facts.kind.extension,
        field_name=facts.kind.field,
        size_bytes=facts.size_bytes,
        width=facts.width,
        height=facts.height,
        sha256=facts.sha256,
        warnings=tuple(facts.warnings),
    )
