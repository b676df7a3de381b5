"""Days of a special kind: everybody at once, and one who floods. Pure."""

from bot.credits.pools import Payer
from simulation.traffic import Wish


def at_once(count: int, guilds: int = 10) -> list[Wish]:
    """So many people who upload at the same moment."""
    return [Wish(0.0, "crowd", Payer(number, number % guilds)) for number in range(count)]


def flood_among(guilds: int) -> list[Wish]:
    """A guild that uploads every two seconds for half an hour, and others who upload as ever."""
    flood = [Wish(2.0 * n, "flood", Payer(n % 30, 1)) for n in range(900)]
    normal = [
        Wish(60.0 + 1800.0 * turn + 7.0 * guild, "normal", Payer(1000 + guild, 100 + guild))
        for guild in range(guilds)
        for turn in range(10)
    ]
    return sorted([*flood, *normal], key=lambda wish: wish.at_s)
