"""The findings as a terminal shows them, and what scripts learn."""

from bot.checkup import broken, fine, note
from bot.doctor.terminal import exit_code, report

FINDINGS = [
    fine("Database", "It is whole."),
    note("Message content", "The intent is not granted, so automatic uploads are off; " * 3),
    broken("Imgur uploads", "Imgur refuses this host."),
]


def test_the_exit_code_says_whether_something_does_not_work() -> None:
    assert exit_code(FINDINGS[:2]) == 0
    assert exit_code(FINDINGS) == 1


def test_long_texts_are_wrapped_below_each_other() -> None:
    text = report(FINDINGS, width=80, is_coloured=False)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "ok    Database         It is whole." in text
    assert "FAIL  Imgur uploads    Imgur refuses this host." in text
    assert text.endswith("Does not work: Imgur uploads.")
    assert "\x1b" not in text


def test_all_that_works_is_said_in_one_sentence() -> None:
    assert report(FINDINGS[:1], width=80, is_coloured=False).endswith("Everything works.")
    assert "limits noted" in report(FINDINGS[:2], width=80, is_coloured=False)


def test_colours_are_for_terminals() -> None:
    assert "\x1b[31;1mFAIL\x1b[0m" in report(FINDINGS, width=80, is_coloured=True)
