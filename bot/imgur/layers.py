"""What stacks around the door; each sender wraps the next and prints the chain in its ``repr``.

::

    CachingSender(RetryingSender(credits(BreakerSender(HttpSender))))

The outer ones and the credits belong to one payer, the two inner ones to everybody.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from bot.clock import Clock
from bot.errors import (
    CreditError,
    ImgurDownError,
    ImgurError,
    ResponseFormatError,
    ServerError,
    TransportError,
)
from bot.imgur.circuit import Circuit
from bot.imgur.memory import Kept, Key, Memory, is_listing, may_keep
from bot.imgur.reading import failure_of
from bot.imgur.retries import pause_before_retry
from bot.imgur.wire import Bearer, Request, Response, Sender

#: Source: https://apidocs.imgur.com/#api-status
STATUS_PAGE = "https://status.imgur.com"

#: How long a list is not asked for again.
FRESH_S = 60.0
MEMORY_BYTES = 16 * 1024 * 1024

_OK, _NOT_MODIFIED = 200, 304

#: Gives a number from 0 to 1.
Chance = Callable[[], float]


class RetryingSender:
    """Sends again what may be sent again: reads, and writes that certainly did not arrive."""

    def __init__(self, inner: Sender, clock: Clock, chance: Chance = random.random) -> None:
        self._inner = inner
        self._clock = clock
        self._chance = chance

    def __repr__(self) -> str:
        return f"RetryingSender({self._inner!r})"

    async def send(self, request: Request) -> Response:
        """Send it up to three times; the last answer is returned, whatever it says.

        Raises:
            ImgurError: The last try had no readable answer.
        """
        tries = 0
        while True:
            tries += 1
            response: Response | None = None
            failure: ImgurError | None
            try:
                response = await self._inner.send(request)
                failure = failure_of(request, response)
            except ImgurError as error:
                failure = error
            pause_s = pause_before_retry(
                request, failure, response, tries=tries, chance=self._chance()
            )
            if pause_s is not None:
                await self._clock.sleep(pause_s)
            elif response is not None:
                return response
            elif failure is not None:
                raise failure


class Network(Sender, Protocol):
    """A sender that knows which host a request goes to."""

    def host_of(self, request: Request) -> str:
        """That host."""
        ...


class BreakerSender:
    """Stops asking a host that keeps failing, so that an outage costs milliseconds."""

    def __init__(self, inner: Network, clock: Clock, chance: Chance = random.random) -> None:
        self._inner = inner
        self._clock = clock
        self._chance = chance
        self._circuits: defaultdict[str, Circuit] = defaultdict(Circuit)

    def __repr__(self) -> str:
        return f"BreakerSender({self._inner!r})"

    @property
    def is_open(self) -> bool:
        """Whether calls to a host are held back because it keeps failing."""
        return any(circuit.is_open for circuit in self._circuits.values())

    async def send(self, request: Request) -> Response:
        """Send it, unless its host is known to be down.

        Raises:
            ImgurDownError: Nothing was sent.
            TransportError: No answer arrived.
        """
        circuit = self._circuits[self._inner.host_of(request)]
        wait_s = circuit.enter(self._clock.monotonic())
        if wait_s > 0:
            raise ImgurDownError(f"Imgur is down, see {STATUS_PAGE}", retry_after_s=wait_s)
        failed: bool | None = None  # cancelled, or the file itself was at fault
        try:
            response = await self._inner.send(request)
            failed = isinstance(failure_of(request, response), ServerError)
        except (TransportError, ResponseFormatError):
            failed = True
            raise
        finally:
            circuit.leave(self._clock.monotonic(), failed=failed, chance=self._chance())
        return response


@dataclass(slots=True)
class _Flight:
    """A request on its way, and how many wait for it."""

    task: asyncio.Task[Response]
    waiting: int = 0


class Cache:
    """Keeps answers, and asks once where several ask for the same.

    Everything is kept by credential, so nothing that one account was told reaches another, and by
    the whole query, so nothing mature reaches who did not ask for it.
    """

    def __init__(
        self, clock: Clock, *, fresh_s: float = FRESH_S, max_bytes: int = MEMORY_BYTES
    ) -> None:
        self._clock = clock
        self._fresh_s = fresh_s
        self._flights: dict[Key, _Flight] = {}
        self.memory = Memory(max_bytes)

    def fresh(self, key: Key) -> Response | None:
        """An answer that need not be asked for."""
        kept = self.memory.find(key)
        if kept is None or self._clock.monotonic() >= kept.fresh_until:
            return None
        return replace(kept.response, is_remembered=True)

    async def fly(self, key: Key, request: Request, sender: Sender) -> Response:
        """The answer to a request that is sent once, however many ask for it meanwhile.

        Whoever asks first pays. A request that nobody waits for any more is cancelled.

        Raises:
            ImgurError: There is none; for all who wait.
            CreditError: Only for the one who would have paid.
        """
        while True:
            flight = self._flights.get(key)
            is_payer = flight is None
            if flight is None:
                flight = _Flight(asyncio.create_task(self._fetch(key, request, sender)))
                flight.task.add_done_callback(_looked_at)
                self._flights[key] = flight
            try:
                return await self._join(key, flight)
            except CreditError:
                if is_payer:
                    raise

    async def _join(self, key: Key, flight: _Flight) -> Response:
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if self._flights.get(key) is flight and (flight.task.done() or not flight.waiting):
                del self._flights[key]
            if not flight.waiting:
                flight.task.cancel()

    async def _fetch(self, key: Key, request: Request, sender: Sender) -> Response:
        kept = self.memory.find(key)
        asked = request
        if kept is not None and kept.etag:
            asked = replace(request, headers=(*request.headers, ("If-None-Match", kept.etag)))
        response = await sender.send(asked)
        if kept is not None and response.status == _NOT_MODIFIED:
            response = kept.response
        self._keep(key, request, response)
        return response

    def _keep(self, key: Key, request: Request, response: Response) -> None:
        etag = response.headers.get("etag", "")
        fresh_s = self._fresh_s if is_listing(request) else 0.0
        is_good = may_keep(request, response) and failure_of(request, response) is None
        if is_good and (etag or fresh_s):
            self.memory.keep(key, Kept(response, etag, self._clock.monotonic() + fresh_s))
        elif response.status == _OK:
            self.memory.forget(key)


def _looked_at(task: asyncio.Task[Response]) -> None:
    """Take note of a failure that came when nobody waited any more."""
    if not task.cancelled():
        task.exception()


class CachingSender:
    """Asks for nothing that is known still: reads only."""

    def __init__(self, inner: Sender, cache: Cache) -> None:
        self._inner = inner
        self._cache = cache

    def __repr__(self) -> str:
        return f"CachingSender({self._inner!r})"

    async def send(self, request: Request) -> Response:
        """The answer, perhaps a remembered one.

        Raises:
            ImgurError: There is none.
            CreditError: Nothing was sent.
        """
        if request.is_repeatable:
            key = Key.of(request)
            return self._cache.fresh(key) or await self._cache.fly(key, request, self._inner)
        try:
            return await self._inner.send(request)
        finally:
            if isinstance(request.credential, Bearer):
                self._cache.memory.forget_all_of(request.credential)
