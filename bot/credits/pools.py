"""Which pools there are and what a call takes from them. Pure.

Three are published by Imgur, one is not (about fifty uploads an hour), two are ours: a budget per
Discord user and one per guild.
Source: https://apidocs.imgur.com/#rate-limits; the unpublished cap is known from its refusals.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple

from bot.imgur.rates import DAY_S, HOUR_S
from bot.imgur.refusals import HIDDEN_UPLOAD_CAP
from bot.imgur.wire import COST_UPLOAD, Anonymous, Request


class PoolKind(StrEnum):
    """What a pool limits."""

    CLIENT = "client"  # credits of the application, a day
    USER = "user"  # credits of one credential from this address, an hour
    POST = "post"  # POST requests from this address, an hour
    UPLOADS = "uploads"  # uploads from this address, an hour; unpublished
    MEMBER = "member"  # credits of one Discord user, an hour; ours
    GUILD = "guild"  # credits of one guild, a day; ours

    __hash__ = str.__hash__  # an enumeration's own is several times slower


class Pool(NamedTuple):
    """One pool: its kind, and whose it is where there are several of that kind.

    A named tuple, since pools are looked up many times a call and tuples are hashed faster.
    """

    kind: PoolKind
    scope: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.scope}" if self.scope else str(self.kind)


class Work(IntEnum):
    """Classes of work, the most urgent first."""

    INTERACTIVE = 0
    AUTO = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True)
class Payer:
    """On whose behalf a call is made.

    Attributes:
        guild_id: ``None`` outside guilds; the user then stands for himself among the guilds.
        is_exempt: Holds a role that the guild's own bound for members does not bind.
    """

    user_id: int
    guild_id: int | None = None
    work: Work = Work.INTERACTIVE
    is_exempt: bool = False

    @property
    def share(self) -> str:
        """Who takes part in the fair division: the guild, or the user outside guilds."""
        return f"guild:{self.guild_id}" if self.guild_id is not None else f"user:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Call:
    """What a call's price depends on.

    Attributes:
        credential_pool: Whose hourly credits pay, as ``Credential.pool`` names it.
    """

    cost_credits: int
    is_post: bool
    is_upload: bool
    credential_pool: str = Anonymous().pool

    @classmethod
    def of(cls, request: Request) -> "Call":
        """The call that ``request`` makes."""
        credential = request.credential or Anonymous()
        return cls(request.cost_credits, request.is_post, request.is_upload, credential.pool)

    @classmethod
    def upload(cls, credential_pool: str = Anonymous().pool) -> "Call":
        """An upload that is still to be made."""
        return cls(COST_UPLOAD, is_post=True, is_upload=True, credential_pool=credential_pool)


@dataclass(frozen=True, slots=True)
class GuildShare:
    """What a guild's moderators chose, within the operator's bounds; ``None`` is the bound itself.

    Attributes:
        guild_credits: Credits a day for the whole guild.
        member_credits: Credits an hour for each of its members there.
        exempt_roles: Members with one of these roles are bound by the operator alone.
    """

    guild_credits: int | None = None
    member_credits: int | None = None
    exempt_roles: frozenset[int] = frozenset()


#: The share of the day's credits that nobody touches: a day that runs dry is a strike, and the
#: fifth in a month blocks the application. Source: https://apidocs.imgur.com/#rate-limits
DAY_RESERVE = 0.01

_HOUR_GRAIN_S = 60.0
_DAY_GRAIN_S = 900.0
_EPSILON = 1e-9

#: What one call takes from each pool that it touches.
Charge = Mapping[Pool, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a kind of pool behaves.

    Attributes:
        limit: What a fresh window holds until Imgur says otherwise.
        is_learnt: Whether Imgur's headers speak of it; if not, our own count is all there is.
        grain_s: What is taken within this time may be kept as one.
    """

    limit: int
    window_s: float
    is_learnt: bool = False
    grain_s: float = 0.0


_CLIENT_RULE = Rule(12_500, DAY_S, is_learnt=True, grain_s=_DAY_GRAIN_S)
_USER_RULE = Rule(500, HOUR_S, is_learnt=True, grain_s=_HOUR_GRAIN_S)
_POST_RULE = Rule(1_250, HOUR_S, is_learnt=True, grain_s=_HOUR_GRAIN_S)
_UPLOADS_RULE = Rule(HIDDEN_UPLOAD_CAP, HOUR_S)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of all kinds, and how much is left alone for whom.

    Attributes:
        headroom: The share of Imgur's pools that nobody may touch.
        is_commercial: Commercial use is limited by its plan alone, not per address.
        floors: The share of Imgur's pools that each class of work leaves for more urgent ones.
    """

    member_credits_per_hour: int = 250
    guild_credits_per_day: int = 5000
    headroom: float = 0.0
    is_commercial: bool = False
    floors: Mapping[Work, float] = field(
        default_factory=lambda: {Work.INTERACTIVE: 0.0, Work.AUTO: 0.10, Work.BACKGROUND: 0.30}
    )

    def rule(self, kind: PoolKind) -> Rule:
        """The rule of one kind."""
        match kind:
            case PoolKind.CLIENT:
                return _CLIENT_RULE
            case PoolKind.USER:
                return _USER_RULE
            case PoolKind.POST:
                return _POST_RULE
            case PoolKind.UPLOADS:
                return _UPLOADS_RULE
            case PoolKind.MEMBER:
                return Rule(self.member_credits_per_hour, HOUR_S, grain_s=_HOUR_GRAIN_S)
            case PoolKind.GUILD:
                return Rule(self.guild_credits_per_day, DAY_S, grain_s=_DAY_GRAIN_S)

    def floor(self, kind: PoolKind, limit: int, work: Work) -> int:
        """How much of a pool this class of work may not touch.

        A member's and a guild's own are for whatever they do; only background work, which nobody
        there asked for just now, leaves some of them for the rest.
        """
        if kind in {PoolKind.MEMBER, PoolKind.GUILD}:
            return round(limit * self.floors[work]) if work is Work.BACKGROUND else 0
        kept = DAY_RESERVE if kind is PoolKind.CLIENT and not self.is_commercial else 0.0
        return math.ceil(limit * max(self.headroom, self.floors[work], kept) - _EPSILON)

    def charge(self, call: Call, payer: Payer | None, share: GuildShare | None = None) -> Charge:
        """What ``call`` takes from each pool; pools that it does not touch are left out.

        Args:
            payer: ``None`` when the bot asks for its own sake.
            share: The guild's own choice, where it made one.
        """
        cost = call.cost_credits
        amounts = {Pool(PoolKind.CLIENT): cost}
        if not self.is_commercial:
            amounts[Pool(PoolKind.USER, call.credential_pool)] = cost
            amounts[Pool(PoolKind.POST)] = int(call.is_post)
            amounts[Pool(PoolKind.UPLOADS)] = int(call.is_upload)
        if payer is not None:
            amounts[Pool(PoolKind.MEMBER, str(payer.user_id))] = cost
        if payer is not None and payer.guild_id is not None:
            amounts[Pool(PoolKind.GUILD, str(payer.guild_id))] = cost
            if share is not None and share.member_credits is not None and not payer.is_exempt:
                amounts[member_pool(payer.user_id, payer.guild_id)] = cost
        return {pool: amount for pool, amount in amounts.items() if amount}


def member_pool(user_id: int, guild_id: int) -> Pool:
    """The pool of one member of one guild, where the guild set a bound of its own."""
    return Pool(PoolKind.MEMBER, f"{user_id}@{guild_id}")
