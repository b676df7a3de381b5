"""Who wants what, and when, on a day. Pure."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.credits.pools import Payer, Work

_HOURS = 24
_HOUR_S = 3600.0
#: The busiest hour of a day sees this share of its traffic.
PEAK_SHARE = 0.12
_PEAK_HOUR = 20


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of guild.

    Attributes:
        uploads: Files a day.
        searches: Calls a day that look something up and are not cached.
        auto_share: The part of the uploads that nobody waits for.
        members: How many people they come from.
    """

    name: str
    uploads: float
    searches: float
    auto_share: float = 0.3
    members: int = 20


LIGHT = Profile("light", uploads=2, searches=2.5)
MEDIUM = Profile("medium", uploads=20, searches=20)
BUSY = Profile("busy", uploads=80, searches=30)
FLOOD = Profile("flood", uploads=600, searches=50, members=3)
PROFILES = {profile.name: profile for profile in (LIGHT, MEDIUM, BUSY, FLOOD)}


@dataclass(frozen=True, slots=True)
class Wish:
    """One call that somebody wants.

    Attributes:
        at_s: Seconds since the day began.
    """

    at_s: float
    profile: str
    payer: Payer
    is_upload: bool = True


def day_of(guilds: Sequence[Profile], seed: int = 1) -> list[Wish]:
    """A day's wishes of these guilds, in order of time."""
    chance = random.Random(seed)  # noqa: S311 (a simulation)
    wishes = [
        wish
        for guild_id, profile in enumerate(guilds, start=1)
        for wish in _wishes_of(guild_id, profile, chance)
    ]
    return sorted(wishes, key=lambda wish: wish.at_s)


def _wishes_of(guild_id: int, profile: Profile, chance: random.Random) -> Iterator[Wish]:
    for amount, is_upload in ((profile.uploads, True), (profile.searches, False)):
        for _ in range(_about(amount, chance)):
            is_auto = is_upload and chance.random() < profile.auto_share
            yield Wish(
                at_s=_moment(chance),
                profile=profile.name,
                payer=Payer(
                    user_id=1000 * guild_id + chance.randrange(profile.members),
                    guild_id=guild_id,
                    work=Work.AUTO if is_auto else Work.INTERACTIVE,
                ),
                is_upload=is_upload,
            )


def _about(mean: float, chance: random.Random) -> int:
    """A whole number around a mean, as a day of independent people would bring it."""
    return max(0, round(chance.gauss(mean, math.sqrt(mean))))


def _moment(chance: random.Random) -> float:
    """A moment of the day, by how busy its hours are."""
    hour = chance.choices(range(_HOURS), weights=_WEIGHTS)[0]
    return (hour + chance.random()) * _HOUR_S


def _weights() -> list[float]:
    """How busy each hour is: a wave with its peak in the evening, at ``PEAK_SHARE``."""
    mean = 1 / _HOURS
    swing = PEAK_SHARE - mean
    wave = [
        max(0.0, math.cos(2 * math.pi * (hour - _PEAK_HOUR) / _HOURS)) ** 2
        for hour in range(_HOURS)
    ]
    base = (1 - swing * sum(wave)) / _HOURS
    return [max(0.0, base + swing * height) for height in wave]


_WEIGHTS = _weights()
