"""Every failure has a sentence."""

import inspect
import math

import pytest

from bot import errors
from bot.ui.wording import SENTENCES, duration, sentence, sentence_for, size

CLASSES = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, errors.BotError)
]
FACTS = {
    "limit_bytes": 10 * 1024 * 1024,
    "kind": "image/png",
    "found": "image/webp",
    "wait_s": 240.0,
    "retry_after_s": 240.0,
    "pool": "user:app",
    "tries_left": 2,
    "cause": "imgur",
    "maybe_applied": True,
    "whose": "the author",
}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_failure_has_a_sentence_of_its_own(cls: type[errors.BotError]) -> None:
    assert cls.__name__ in SENTENCES
    words = sentence_for(cls.__name__, FACTS)
    assert words[0].isupper()
    assert words.rstrip("`)>").endswith((".", "link", "set up"))


def test_no_sentence_is_for_a_failure_that_is_gone() -> None:
    assert set(SENTENCES) == {cls.__name__ for cls in CLASSES}


def test_facts_stand_in_the_sentence() -> None:
    error = errors.OutOfCreditsError(pool="member:1", wait_s=240.0)
    assert "about 4 minutes" in sentence(error)
    assert "Your share" in sentence(error)
    assert "10.0 MB" in sentence(errors.TooLargeError(limit_bytes=10 * 1024 * 1024))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "less than a minute"),
        (60, "about 1 minute"),
        (240, "about 4 minutes"),
        (3600, "about 60 minutes"),
        (7300, "about 2 hours"),
        (200_000, "about 2 days"),
        (math.inf, "a very long time"),
    ],
)
def test_time_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(12, "12 bytes"), (2048, "2.0 KB"), (10 * 2**30, "10240.0 MB")]
)
def test_sizes_are_said_as_people_say_them(count: int, words: str) -> None:
    assert size(count) == words
