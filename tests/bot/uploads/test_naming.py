"""What a file is called at Imgur when its user does not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.uploads.job import NewJob, Source
from bot.uploads.naming import FIELDS, MAX_DESCRIPTION, MAX_TITLE, Naming, Occasion

FILE = Source(
    url="https://cdn.example/a.png",
    filename="my cat.tar.png",
    is_attachment=True,
    description="A cat asleep",
)
OCCASION = Occasion(text="look", author="Alice", channel="cats", date="2026-11-25")


def test_by_default_only_the_alternative_text_leaves_discord() -> None:
    job = Naming().named(NewJob(FILE), 1, 1, OCCASION)
    assert (job.title, job.description) == (None, "A cat asleep")


def test_every_field_is_filled_in() -> None:
    template = "|".join(f"{{{name}}}" for name in FIELDS)
    job = Naming(title=template).named(NewJob(FILE), 2, 3, OCCASION)
    assert job.title == "my cat.tar|A cat asleep|2|3|look|Alice|cats|2026-11-25"


def test_what_the_user_said_stands() -> None:
    job = Naming("{filename}", "{text}").named(NewJob(FILE, "T", "D"), 1, 1, OCCASION)
    assert (job.title, job.description) == ("T", "D")


def test_a_template_with_an_unknown_field_is_refused_and_says_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"no \{author\.token\}, only .*\{filename\}"):
        Naming(title="{author.token}")


@given(st.text(), st.text(), st.text(max_size=3000))
def test_what_strangers_write_is_never_read_as_a_template_nor_too_long(
    text: str, author: str, alt: str
) -> None:
    source = Source(url="u", filename="f.png", is_attachment=True, description=alt)
    said = Occasion(text=text, author=author)
    job = Naming("{text}{author}", "{alt}").named(NewJob(source), 1, 1, said)
    assert (job.title or "") == f"{text}{author}".strip()[:MAX_TITLE].rstrip()
    assert (job.description or "") == alt.strip()[:MAX_DESCRIPTION].rstrip()
