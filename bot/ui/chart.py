"""Where everything stands in the picture of what is left, and of what each hour took. Pure.

Discord shows a picture up to 550 wide and 350 high, on a dark ground or a light one. So this one
brings its own ground, is twice as large for sharp screens, and not much higher than that.
"""

from collections.abc import Iterator, Sequence

from bot.ui.drawing import Box, Mark, Words
from bot.ui.quota import Level, Section

WIDTH = 1100
_MARGIN, _GAP = 36, 32
_LEVELS_X, _LEVELS_WIDTH = _MARGIN, 560
_HOURS_X, _HOURS_WIDTH = 640, WIDTH - _MARGIN - 640
_TITLE_HEIGHT, _LEVEL_HEIGHT, _AXIS_HEIGHT = 52, 62, 36
_LEAST_LEVELS_HEIGHT = 80
_GAUGE_THICKNESS = 12
_BETWEEN_BARS = 5
_LOWEST_BAR = 4

_GROUND, _EDGE, _TRACK = "#1c1e24", "#3b3f4a", "#363a45"
_INK, _FAINT = "#f4f5f7", "#aeb4c0"
_AMBER, _RED = "#f5b13d", "#ff6b6b"
_FEW, _VERY_FEW = 0.25, 0.1
#: One a section, beginning with the most unlike each other: while the hour runs, and before.
_COLOURS = (
    ("#3ddc91", "#2d9766"),
    ("#62aefc", "#4579af"),
    ("#c39bff", "#876db1"),
    ("#5fd8e6", "#4392a0"),
    ("#f29ac2", "#a46c89"),
    ("#d6d06a", "#918f4f"),
)


def height_of(sections: Sequence[Section]) -> int:
    """How high the picture of these sections is."""
    inner = sum(_section_height(one) + _GAP for one in sections) - _GAP
    return 2 * _MARGIN + inner + _AXIS_HEIGHT


def marks(sections: Sequence[Section]) -> Iterator[Mark]:
    """All that is to be drawn, the sections one below the other."""
    height = height_of(sections)
    yield Box(0, 0, WIDTH, height, _EDGE, radius=28)
    yield Box(3, 3, WIDTH - 6, height - 6, _GROUND, radius=25)
    top = _MARGIN
    for number, section in enumerate(sections):
        if number:
            yield Box(_MARGIN, top - _GAP // 2, WIDTH - 2 * _MARGIN, 2, _TRACK)
        now, before = _COLOURS[number % len(_COLOURS)]
        yield Box(_MARGIN, top + 4, 10, 30, now, radius=5)
        yield Words(_MARGIN + 24, top, section.title, 34, _INK)
        for index, one in enumerate(section.levels):
            yield from _level(one, top + _TITLE_HEIGHT + index * _LEVEL_HEIGHT, now)
        yield from _hours(section.hours, top, top + _section_height(section), now, before)
        top += _section_height(section) + _GAP
    yield from _axis(max((len(one.hours) for one in sections), default=0), top - _GAP)


def _section_height(section: Section) -> int:
    return _TITLE_HEIGHT + max(_LEAST_LEVELS_HEIGHT, len(section.levels) * _LEVEL_HEIGHT)


def _level(one: Level, top: int, colour: str) -> Iterator[Mark]:
    """How much is left in figures, and as a gauge."""
    share = min(1.0, one.left / one.limit) if one.limit else 0.0
    yield Words(_LEVELS_X, top, str(one), 24, _RED if share < _VERY_FEW else _INK)
    yield Words(_LEVELS_X + _LEVELS_WIDTH, top + 3, _return_of(one), 22, _FAINT, "ra")
    y, radius = top + 36, _GAUGE_THICKNESS // 2
    yield Box(_LEVELS_X, y, _LEVELS_WIDTH, _GAUGE_THICKNESS, _TRACK, radius=radius)
    if share:
        width = max(_GAUGE_THICKNESS, round(_LEVELS_WIDTH * share))
        fill = _RED if share < _VERY_FEW else _AMBER if share < _FEW else colour
        yield Box(_LEVELS_X, y, width, _GAUGE_THICKNESS, fill, radius=radius)


def _return_of(one: Level) -> str:
    if one.returns_in_s is None:
        return "full"
    minutes = max(1, round(one.returns_in_s / 60))
    if minutes < 90:  # noqa: PLR2004 (beyond, people think in hours)
        return f"full in {minutes} min"
    return f"full in {round(minutes / 60)} h"


def _hours(hours: Sequence[int], top: int, foot: int, now: str, before: str) -> Iterator[Mark]:
    """A bar an hour, the running one brightest; each section has a scale of its own."""
    yield Words(_HOURS_X, top + 8, _caption(hours), 21, _FAINT)
    yield Box(_HOURS_X, foot, _HOURS_WIDTH, 2, _EDGE)
    room, most = foot - top - _TITLE_HEIGHT, max(hours, default=0)
    pitch = _HOURS_WIDTH / max(1, len(hours))
    width = int(pitch) - _BETWEEN_BARS
    for number, spent in enumerate(hours):
        if spent:
            tall = max(_LOWEST_BAR, round(room * spent / most))
            x = _HOURS_X + round(pitch * number + _BETWEEN_BARS / 2)
            fill = now if number == len(hours) - 1 else before
            yield Box(x, foot - tall, width, tall, fill, radius=4, has_feet=True)


def _caption(hours: Sequence[int]) -> str:
    if not any(hours):
        return "nothing used"
    return f"{sum(hours):,} used, at most {max(hours):,} an hour"


def _axis(count: int, foot: int) -> Iterator[Mark]:
    """Below the last section, since all stand on the same hours."""
    top, right = foot + 10, _HOURS_X + _HOURS_WIDTH
    yield Words(_HOURS_X, top, f"{count} h ago", 22, _FAINT)
    yield Words((_HOURS_X + right) // 2, top, f"{count // 2} h ago", 22, _FAINT, "ma")
    yield Words(right, top, "now", 22, _FAINT, "ra")
