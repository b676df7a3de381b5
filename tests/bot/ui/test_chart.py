"""The picture behind ``/quota``: where things stand, and whether they can be seen."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture
from PIL import ImageFont

from bot.ui.chart import WIDTH, height_of, marks
from bot.ui.drawing import Box, Words, png
from bot.ui.quota import Level, Section

#: Discord's grounds: dark, darker, light.
GROUNDS = [(0x31, 0x33, 0x38), (0x1E, 0x1F, 0x22), (0xFF, 0xFF, 0xFF)]


def section(
    *hours: int, title: str = "You", left: int = 240, returns_in_s: float | None = 600
) -> Section:
    levels = [Level("credits an hour", left, 250, returns_in_s)]
    return Section(title, levels, [0] * (24 - len(hours)) + list(hours))


THREE = [section(40, 10), section(50, title="This server"), section(90, 60, title="The bot")]


def bars(*sections: Section) -> list[Box]:
    return [mark for mark in marks(sections) if isinstance(mark, Box) and mark.has_feet]


def words(*sections: Section) -> list[str]:
    return [mark.text for mark in marks(sections) if isinstance(mark, Words)]


def gauges(one: Section) -> list[Box]:
    """The track of each gauge, and what fills it."""
    found = [mark for mark in marks([one]) if isinstance(mark, Box) and mark.height == 12]
    return sorted(found, key=lambda box: -box.width)


def test_an_hours_bar_is_as_tall_as_its_share_of_the_busiest_hour() -> None:
    first, second, third = bars(section(100, 50, 25))
    assert first.height == pytest.approx(2 * second.height, abs=1)
    assert first.height == pytest.approx(4 * third.height, abs=2)


def test_bars_stand_on_one_line_and_the_running_hour_is_the_brightest() -> None:
    before, now = bars(section(100, 50))
    assert before.y + before.height == now.y + now.height
    assert now.fill != before.fill
    assert now.x > before.x


def test_a_single_credit_among_thousands_can_still_be_seen() -> None:
    assert min(box.height for box in bars(section(5000, 1))) >= 4


def test_a_day_without_use_has_no_bars_and_says_so() -> None:
    assert not bars(section())
    assert "nothing used" in words(section())


def test_a_gauge_is_filled_as_far_as_there_is_something_left() -> None:
    track, fill = gauges(section(left=125))
    assert fill.width == pytest.approx(track.width / 2, abs=1)
    assert len(gauges(section(left=0))) == 1


def test_what_runs_out_has_another_colour() -> None:
    fills = {gauges(section(left=left))[-1].fill for left in (250, 50, 10)}
    assert len(fills) == 3


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "full"), (5, "full in 1 min"), (1440, "full in 24 min"), (40_000, "full in 11 h")],
)
def test_when_it_is_full_again_is_said_in_a_word(seconds: float | None, text: str) -> None:
    assert text in words(section(returns_in_s=seconds))


@given(
    st.lists(
        st.builds(
            Section,
            st.sampled_from(["You", "This server", "The bot", "Server 3"]),
            st.lists(
                st.builds(
                    Level,
                    st.sampled_from(["credits a day", "credits an hour, linked"]),
                    st.integers(0, 12_500),
                    st.integers(0, 12_500),
                    st.none() | st.floats(0, 86_400),
                ),
                min_size=1,
                max_size=4,
            ),
            st.lists(st.integers(0, 12_500), min_size=24, max_size=24),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_stands_outside_of_the_picture(sections: list[Section]) -> None:
    height = height_of(sections)
    for mark in marks(sections):
        assert 0 <= mark.x <= WIDTH
        assert 0 <= mark.y < height
        if isinstance(mark, Box):
            assert mark.width > 0
            assert mark.height > 0
            assert mark.x + mark.width <= WIDTH
            assert mark.y + mark.height <= height


def test_the_usual_picture_fits_into_what_discord_shows() -> None:
    levels = [Level("credits an hour", 1, 2)] * 3
    usual = [section(1), section(1), Section("The bot", levels, [1] * 24)]
    assert height_of(usual) <= WIDTH * 350 / 550


@pytest.mark.parametrize("ground", GROUNDS, ids=["dark", "darker", "light"])
def test_every_text_can_be_read_on_discords_grounds(ground: tuple[int, int, int]) -> None:
    """At least the 4.5 to 1 that WCAG asks of small text, and 3 to 1 of a bar."""
    height = height_of(THREE)
    picture = Picture.open(io.BytesIO(png(WIDTH, height, list(marks(THREE)))))
    page = Picture.new("RGBA", picture.size, (*ground, 255))
    page.alpha_composite(picture)
    for mark in marks(THREE):
        if isinstance(mark, Words):
            behind = page.getpixel((max(6, round(mark.x) - 2), round(mark.y)))
            if mark.anchor == "la":
                assert contrast(rgb(mark.fill), behind) >= 4.5, mark
        elif mark.has_feet:
            behind = page.getpixel((round(mark.x) - 1, round(mark.y)))
            assert contrast(rgb(mark.fill), behind) >= 3, mark


def test_the_picture_is_a_small_png_with_corners_that_show_the_ground() -> None:
    content = png(WIDTH, height_of(THREE), list(marks(THREE)))
    picture = Picture.open(io.BytesIO(content))
    assert picture.format == "PNG"
    assert picture.size == (WIDTH, height_of(THREE))
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert len(content) < 200_000


def test_words_are_drawn_where_they_stand() -> None:
    drawn = png(200, 60, [Words(10, 10, "quota", 30, "#ffffff")])
    left, top, right, bottom = Picture.open(io.BytesIO(drawn)).getbbox() or (0, 0, 0, 0)
    assert 9 <= left < right <= 110
    assert 10 <= top < bottom <= 50


@pytest.mark.parametrize(
    "one",
    [
        Level("credits an hour, linked", 1_990, 2_000, 5_300),
        Level("credits an hour, here", 5_000, 5_000, 5_300),
        Level("credits a day", 12_490, 12_500, 80_000),
        Level("POST calls an hour", 1_249, 1_250, 3_000),
    ],
    ids=str,
)
def test_what_is_left_does_not_run_into_its_time(one: Level) -> None:
    texts = list(marks([Section("The bot", [one], [999_999] * 24)]))
    _, left, right, caption, *_ = [mark for mark in texts if isinstance(mark, Words)]
    assert left.x + width_of(left) + 8 < right.x - width_of(right)
    assert right.anchor == "ra"
    assert caption.x + width_of(caption) < WIDTH - 36


def width_of(mark: Words) -> float:
    return ImageFont.load_default(mark.size).getlength(mark.text)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def contrast(one: tuple[int, ...], other: object) -> float:
    """Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    assert isinstance(other, tuple)
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: tuple[int, ...]) -> float:
    linear = [
        value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in colour[:3]
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
