import re
from html.parser import HTMLParser

import pytest

from bot.web.language import KINDS, Language
from bot.web.rendering import Page, Pages, load_files, pages_by_language
from bot.web.texts import LANGUAGES, chosen


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request: pytest.FixtureRequest) -> Pages:
    return pages_by_language()[request.param]


class Addresses(HTMLParser):
    """Every address that a page refers to, and how often each element occurs."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.feed(page.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in {"href", "src", "action", "srcset"}]


def everything(pages: Pages) -> list[Page]:
    return [
        pages.callback(),
        pages.invitation("alice", proves_first=True, form_targets=["'self'"]),
        *(pages.message(outcome) for outcome in KINDS),
    ]


def test_no_page_refers_to_anything_outside_itself(pages: Pages) -> None:
    for page in everything(pages):
        assert all(a.startswith("data:") for a in Addresses(page).addresses)
        assert "url(" not in page.html
        assert "@import" not in page.html


def test_every_page_has_what_a_screen_reader_needs(pages: Pages) -> None:
    for page in everything(pages):
        tags = Addresses(page).tags
        assert tags.count("main") == 1
        assert "h1" in tags
        assert f'<html lang="{pages.language.code}">' in page.html
        assert '<meta name="viewport" content="width=device-width' in page.html
    assert 'aria-live="polite"' in pages.callback().html
    assert 'tabindex="-1"' in pages.callback().html


def test_a_name_is_text_whatever_it_looks_like(pages: Pages) -> None:
    name = "<script>alert(1)</script>{user_name}$title&quot;"

    html = pages.invitation(name, proves_first=False, form_targets=["'self'"]).html

    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{user_name}$title&amp;quot;" in html


def test_only_the_callback_page_runs_a_script(pages: Pages) -> None:
    scripted = [page for page in everything(pages) if "<script" in page.html]

    assert scripted == [pages.callback()]
    assert pages.callback().html.count("<script") == 1


def test_the_script_clears_the_address_before_anything_else(pages: Pages) -> None:
    script = re.search(r"<script>(.*)</script>", pages.callback().html, re.DOTALL)

    assert script is not None
    before, _, after = script[1].partition("history.replaceState")
    assert after
    assert "fetch(" not in before
    assert "document" not in before


def test_the_callback_page_is_the_same_for_everybody(pages: Pages) -> None:
    assert pages.callback() == pages_by_language()[pages.language.code].callback()


def test_no_page_offers_markup_to_scripts(pages: Pages) -> None:
    html = pages.callback().html

    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert sink not in html


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_says_everything_and_names_the_same_commands(language: Language) -> None:
    english = LANGUAGES["en"]
    assert language.words.keys() == KINDS.keys()
    for outcome, words in language.words.items():
        assert words.heading.strip(" .") == words.heading
        assert words.body.endswith(".")
        assert commands_in(words.body) == commands_in(english.words[outcome].body)
    assert "{user_name}" in language.words["invitation"].body
    assert len(language.steps_with_proof) == len(language.steps_with_code) == 3


def commands_in(text: str) -> set[str]:
    return set(re.findall("/account\u00a0[a-z]+", text))


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("ja,fr-CA;q=0.3", "fr"),
        ("en;q=0.5, es-419 ; q=0.9", "es"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=much,,;q", "en"),
        ("*", "en"),
        ("tlh", "en"),
        ("ja," * 30 + "de", "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_likes_best(header: str, code: str) -> None:
    assert chosen(header).code == code


# --- colours


def colours(theme: str) -> dict[str, str]:
    """The variables of one theme; dark overrides some of light."""
    light, dark = re.findall(r":root \{(.*?)\}", load_files()["style.css"], re.DOTALL)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", light))
    return found | (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", dark)) if theme else {})


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "card"),
        ("soft", "card"),
        ("ink", "tint"),
        ("accent", "tint"),
        ("on-accent", "accent"),
        ("done", "tint-done"),
        ("stop", "tint-stop"),
    ],
)
def test_everything_that_is_read_stands_out_from_its_ground(
    ink: str, ground: str, theme: str
) -> None:
    """Source: https://www.w3.org/TR/WCAG22/#contrast-minimum (4.5 to 1)."""
    palette = colours(theme)
    lighter, darker = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
