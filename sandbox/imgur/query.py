"""The gallery's search language. Pure.

Words stand side by side for AND; ``AND``, ``OR``, ``NOT`` in capitals; ``index: value`` narrows to
a field, with or without a space behind the colon.

Source: https://apidocs.imgur.com/#3c981acf-47aa-488f-b068-269f65aee3ce
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

INDICES = ("tag", "user", "title", "ext", "subreddit", "album", "meme")

_TOKEN = re.compile(r'(?P<index>[a-z]+):\s*(?="|\S)|"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')


@dataclass(frozen=True, slots=True)
class Subject:
    """What a post offers to a search, all in lower case.

    Attributes:
        text: Title, description and tags.
        fields: Values by index; an exact value among them is a hit.
        title: Searched by the ``title`` index, by words.
    """

    text: str
    title: str
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)


Test = Callable[[Subject], bool]


def parse(text: str) -> Test:
    """A test for posts from a query in the search language."""
    alternatives: list[list[Test]] = [[]]
    index, negated = "", False
    for found in _TOKEN.finditer(text):
        if found["index"] in INDICES:
            index = found["index"]
            continue
        word = found["phrase"] if found["phrase"] is not None else found["word"] or found[0].strip()
        if word in {"AND", "OR", "NOT"}:
            negated = word == "NOT"
            index = ""
            if word == "OR":
                alternatives.append([])
            continue
        alternatives[-1].append(_test(index, word.lower(), negated=negated))
        negated = False
        index = index if index == "title" else ""
    wanted = [tests for tests in alternatives if tests]
    return lambda subject: any(all(test(subject) for test in tests) for tests in wanted)


def all_words(text: str) -> Test:
    """Every word must occur."""
    words = text.lower().split()
    return lambda subject: all(has_word(subject.text, word) for word in words)


def any_word(text: str) -> Test:
    """One of the words must occur."""
    words = text.lower().split()
    return lambda subject: any(has_word(subject.text, word) for word in words)


def phrase(text: str) -> Test:
    """The words must occur in this order."""
    wanted = " ".join(text.lower().split())
    return lambda subject: wanted in subject.text


def without(text: str) -> Test:
    """None of the words may occur."""
    words = text.lower().split()
    return lambda subject: not any(has_word(subject.text, word) for word in words)


def has_word(text: str, word: str) -> bool:
    """Whether a word begins somewhere in the text (``cat`` finds ``cats``)."""
    return re.search(rf"\b{re.escape(word)}", text) is not None


def _test(index: str, word: str, *, negated: bool) -> Test:
    def holds(subject: Subject) -> bool:
        if index == "title":
            hit = has_word(subject.title, word)
        elif index:
            hit = word in subject.fields.get(index, frozenset())
        else:
            hit = has_word(subject.text, word)
        return hit != negated

    return holds
