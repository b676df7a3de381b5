"""The ledger with a clock and a memory."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus

from bot.clock import Clock, sleep_until
from bot.credits.books import Books
from bot.credits.brake import MAX_DRY_DAYS, Brake, DryDay
from bot.credits.foresight import Foresight
from bot.credits.imgur_time import ImgurTime
from bot.credits.ledger import Ledger, Reservation, Shortage
from bot.credits.memory import LedgerStore
from bot.credits.pools import (
    Call,
    Charge,
    GuildShare,
    Payer,
    Pool,
    PoolKind,
    Rules,
    Work,
    member_pool,
)
from bot.credits.window import Window
from bot.errors import (
    OutOfCreditsError,
    RateLimitedError,
    StorageError,
    TransportError,
    UploadsPausedError,
)
from bot.imgur.rates import PoolReading, RateReading, read_rates
from bot.imgur.reading import refusal_of
from bot.imgur.wire import COST_CALL, Anonymous, Request, Response

_log = logging.getLogger(__name__)

_CLIENT = Pool(PoolKind.CLIENT)
_QUESTION = Call(COST_CALL, is_post=False, is_upload=False)
#: How much the last upload counts in what an upload takes on average.
_NEWEST_WEIGHT = 0.2


#: Takes note of what a call took from each pool, and when.
Note = Callable[[Charge, datetime], None]


def _note_nothing(_taken: Charge, _at: datetime) -> None:
    """Nobody wants to know."""


class Limiter:
    """Reserves, settles and forecasts; the only holder of the ledger.

    Attributes:
        upload_s: How long an upload takes on average; ``0`` before the first.
    """

    def __init__(
        self, rules: Rules, store: LedgerStore, clock: Clock, *, note: Note = _note_nothing
    ) -> None:
        """Prepare; ``restore`` must follow.

        Args:
            note: Gets what each call took from each pool, and when.
        """
        self._ledger = Ledger(rules, is_shared=store.shared_as is not None)
        self._time = ImgurTime(clock)
        self._books = Books(self._ledger, store, clock, self._time)
        self._store = store
        self._clock = clock
        self._brake = Brake()
        self._note = note
        self._shares: dict[int, GuildShare] = {}
        self._changed = asyncio.Event()
        self._doubted = asyncio.Event()
        self.upload_s = 0.0

    async def restore(self) -> None:
        """Take up what the last process left; what it may have sent counts as spent."""
        await self._books.restore()
        self._brake = Brake(await self._store.dry_days())
        if self.paused_s:
            self._say_paused()

    # --- guilds' own bounds -------------------------------------------------------------------

    def set_share(self, guild_id: int, share: GuildShare) -> None:
        """Take over a guild's own bounds."""
        self._shares[guild_id] = share
        self.announce_change()

    def share_of(self, guild_id: int) -> GuildShare:
        """A guild's own bounds."""
        return self._shares.get(guild_id, GuildShare())

    def is_exempt(self, guild_id: int | None, role_ids: Iterable[int]) -> bool:
        """Whether the guild's own bound for members leaves out somebody with these roles."""
        return guild_id is not None and not self.share_of(guild_id).exempt_roles.isdisjoint(
            role_ids
        )

    def charge(self, call: Call, payer: Payer | None) -> Charge:
        """What a call takes from each pool, the guild's own bounds included."""
        rules = self._ledger.rules
        share = None if payer is None else self._shares.get(payer.guild_id or 0)
        charge = rules.charge(call, payer, share)
        if share is not None and payer is not None and payer.guild_id is not None:
            own_bounds = (
                (Pool(PoolKind.GUILD, str(payer.guild_id)), share.guild_credits),
                (member_pool(payer.user_id, payer.guild_id), share.member_credits),
            )
            for pool, chosen in own_bounds:
                bound = rules.rule(pool.kind).limit
                if pool in charge:
                    self._ledger.bound(pool, bound if chosen is None else min(chosen, bound))
        return charge

    # --- reserving and paying -----------------------------------------------------------------

    def reserve(self, call: Call, payer: Payer | None) -> Reservation:
        """Hold what a call takes, in every pool at once.

        Args:
            payer: ``None`` when the bot asks for its own sake.

        Raises:
            UploadsPausedError: The five-strikes brake holds.
            OutOfCreditsError: A pool is short; says which, and for how long.
        """
        outcome = self.try_reserve(call, payer)
        if isinstance(outcome, Shortage):
            raise OutOfCreditsError(pool=str(outcome.pool), wait_s=outcome.wait_s)
        return outcome

    def try_reserve(self, call: Call, payer: Payer | None) -> Reservation | Shortage:
        """The same, with the shortage as an answer.

        Raises:
            UploadsPausedError: The five-strikes brake holds.
        """
        if call.is_upload:
            self.check_brake()
        outcome = self._ledger.reserve(
            self.charge(call, payer), _work_of(payer), self._clock.monotonic()
        )
        if isinstance(outcome, Shortage) and outcome.is_doubt:
            self._doubted.set()
        return outcome

    def check_brake(self) -> None:
        """Nothing, unless uploads pause.

        Raises:
            UploadsPausedError: The five-strikes brake holds.
        """
        if paused_s := self.paused_s:
            raise UploadsPausedError(wait_s=paused_s)

    def release(self, reservation: Reservation) -> None:
        """Give back what was never sent; nothing happens to what has ended."""
        if self._ledger.release(reservation):
            self.announce_change()

    def shortage(self, call: Call, payer: Payer | None) -> Shortage | None:
        """What keeps a call from going out now, and for how long."""
        return self._ledger.shortage(
            self.charge(call, payer), _work_of(payer), self._clock.monotonic()
        )

    async def pay(
        self,
        reservation: Reservation,
        request: Request,
        send: Callable[[Request], Awaitable[Response]],
    ) -> Response:
        """Send a call that is paid for, and settle it by its answer.

        The pools are kept before it goes out, with the call counted as spent: whatever happens to
        this process, it is not forgotten. What the answer says is kept with the next call.

        A call that certainly never reached Imgur is given back; one whose answer was lost, or that
        was cancelled on the way, counts as spent.
        """
        response: Response | None = None
        was_kept = was_sent = False
        began_at = self._clock.monotonic()
        self._ledger.send(reservation)
        self._books.changed(reservation.charge)
        try:
            await self._books.keep(paying=reservation)
            was_kept = was_sent = True
            response = await send(request)
        except TransportError as error:
            was_sent = error.maybe_applied
            raise
        finally:
            self._books.changed(reservation.charge)
            if was_sent:
                await self._settle(reservation, request, response)
            else:
                self._ledger.release(reservation)
            if was_kept and self._books.is_shared:
                await _surely(self._books.keep())
            self.announce_change()
        if request.is_upload:
            self._note_duration(self._clock.monotonic() - began_at)
        return response

    def forget_member(self, user_id: int) -> None:
        """Drop a person's pools, so that nothing of them is kept again."""
        for pool in self.pools():
            if pool.kind is PoolKind.MEMBER and pool.scope.split("@")[0] == str(user_id):
                self._ledger.forget(pool)
                self._books.forget(pool)

    async def flush(self) -> None:
        """Keep what the last answers said, and that long calls are on their way still.

        Raises:
            StorageError: It is kept with the next call.
        """
        await self._books.flush()

    async def catch_up(self) -> None:
        """Take over what other processes have kept since; for where the pools are shared.

        Raises:
            StorageError: It cannot be read at present.
        """
        for dry in await self._store.dry_days():
            self._brake.note(dry)
        if await self._books.catch_up():
            self.announce_change()

    def learn(self, credential_pool: str, reading: RateReading) -> None:
        """Take in figures that Imgur stated elsewhere than in headers."""
        now = self._clock.monotonic()

        def hear(window: Window, said: PoolReading) -> None:
            window.roll(now)
            window.learn(said, now)

        stated = {
            Pool(PoolKind.USER, credential_pool): reading.user,
            _CLIENT: reading.client,
        }
        for pool, said in stated.items():
            self._ledger.change(pool, partial(hear, said=said))
        self._books.changed(stated)
        self.announce_change()

    # --- looking and waiting ------------------------------------------------------------------

    async def wait_for_change(self, timeout_s: float) -> None:
        """Return when the pools have changed, after ``timeout_s`` at the latest."""
        await sleep_until(self._changed, self._clock, timeout_s)

    def announce_change(self) -> None:
        """Wake whoever waits for the pools."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def doubted(self) -> None:
        """Return when uploads wait because Imgur has not been heard for long."""
        await self._doubted.wait()
        self._doubted.clear()

    def window(self, pool: Pool) -> Window:
        """A pool as it stands, rolled to now; for looking only."""
        window = self._ledger.peek(pool)
        window.roll(self._clock.monotonic())
        return window

    def returns_in_s(self, pool: Pool) -> float | None:
        """Seconds until a pool is full again; ``None`` when it is."""
        full_at = self.window(pool).full_at()
        return None if full_at is None else max(0.0, full_at - self._clock.monotonic())

    def foresee(self) -> Foresight:
        """The pools to try the future on; they pay for the question that a silence will raise."""
        now = self._clock.monotonic()
        foresight = Foresight(self.charge, self._ledger, now)
        if self._ledger.is_silent(Pool(PoolKind.USER, Anonymous().pool), now):
            foresight.look(_QUESTION)
        return foresight

    @property
    def is_shared(self) -> bool:
        """Whether other processes may take from the same pools."""
        return self._books.is_shared

    @property
    def rules(self) -> Rules:
        """The rules of all pools."""
        return self._ledger.rules

    def pools(self) -> list[Pool]:
        """All pools that are known at present."""
        return [pool for pool, _ in self._ledger.windows()]

    @property
    def paused_s(self) -> float:
        """Seconds until uploads go on; ``0`` unless the five-strikes brake holds."""
        return self._brake.wait_s(self.imgur_now())

    def dry_days(self) -> Sequence[DryDay]:
        """This month's days on which the application's credits were used up."""
        return self._brake.days_of_month(self.imgur_now())

    def imgur_now(self) -> datetime:
        """The time by Imgur's own clock; by ours as it was at the start until an answer told it."""
        return self._time.now()

    # --- inside -------------------------------------------------------------------------------

    async def _settle(
        self, reservation: Reservation, request: Request, response: Response | None
    ) -> None:
        now = self._clock.monotonic()
        if response is None:
            self._note(self._ledger.settle(reservation, None, now), self._clock.now())
            return
        self._time.hear(response)
        reading = read_rates(response.headers, now_epoch_s=self.imgur_now().timestamp())
        self._note(self._ledger.settle(reservation, reading, now), self._clock.now())
        refusal = refusal_of(request, response)
        is_refused = refusal is not None or response.status == HTTPStatus.TOO_MANY_REQUESTS
        if is_refused:
            refused = _CLIENT if self.rules.is_commercial else _refused_pool(refusal, request)
            self._ledger.refuse(refused, 0.0 if refusal is None else refusal.retry_after_s, now)
            self._books.changed({refused})
        else:
            self._ledger.accepted(reservation.charge)
        is_dry = reading.client.remaining == 0 or (refusal is not None and refusal.pool == "client")
        if is_dry and not self.rules.is_commercial:
            await _surely(self._note_dry_day())
        if is_refused and not self._books.is_shared:
            await _surely(self._books.keep())

    async def _note_dry_day(self) -> None:
        client = self._ledger.window(_CLIENT)
        dry = DryDay(self.imgur_now().date(), is_ours=2 * client.spent >= client.limit)
        was_paused = bool(self.paused_s)
        if not self._brake.note(dry):
            return
        await self._store.ran_dry(dry)
        _log.error(
            "Imgur's daily credits of this client id are used up (%s), day %d of this month: %s",
            "by this bot" if dry.is_ours else "mostly by another program with the same id",
            len(self.dry_days()),
            "Imgur blocks a client id on the fifth",
        )
        if self.paused_s and not was_paused:
            self._say_paused()

    def _say_paused(self) -> None:
        _log.error(
            "uploads are paused until the month ends: the bot used up Imgur's daily credits on %d "
            "days of it; lower the shares, or set CREDIT_HEADROOM_PERCENT",
            MAX_DRY_DAYS,
        )

    def _note_duration(self, seconds: float) -> None:
        weight = _NEWEST_WEIGHT if self.upload_s else 1.0
        self.upload_s += weight * (seconds - self.upload_s)


def _work_of(payer: Payer | None) -> Work:
    return Work.INTERACTIVE if payer is None else payer.work


async def _surely(work: Awaitable[None]) -> None:
    """Do it although this task may be cancelled; a failing store does not lose the answer."""
    try:
        await asyncio.shield(asyncio.ensure_future(work))
    except StorageError as error:
        _log.warning("what an answer said could not be stored yet: %s", error)


def _refused_pool(refusal: RateLimitedError | None, request: Request) -> Pool:
    """The pool that a refusal means; where it names none, the credential's own."""
    credential_pool = (request.credential or Anonymous()).pool
    named = "" if refusal is None else refusal.pool
    return {
        "client": _CLIENT,
        "post": Pool(PoolKind.POST),
        "uploads": Pool(PoolKind.UPLOADS),
    }.get(named, Pool(PoolKind.USER, credential_pool))
