"""What a file is called at Imgur, made from what is known of it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath

from bot.uploads.job import NewJob

#: What Imgur keeps of a title. Source: https://apidocs.imgur.com/#image-upload, and seen answers.
MAX_TITLE = 128
MAX_DESCRIPTION = 1000

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is known of the message that holds the files; nothing for those without one.

    Attributes:
        text: What its author wrote.
        date: The day it was posted, as ``2026-11-25``.
    """

    text: str = ""
    author: str = ""
    channel: str = ""
    date: str = ""


#: What a template may name: of the file, then of its message.
FIELDS = ("filename", "alt", "number", "count", *(field.name for field in fields(Occasion)))


@dataclass(frozen=True, slots=True)
class Naming:
    """Templates for titles and descriptions.

    By default nothing of a message leaves Discord but the alternative text, which is part of the
    picture. ``{filename}`` comes without its ending.
    """

    title: str = ""
    description: str = "{alt}"

    def __post_init__(self) -> None:
        """Refuse what cannot be filled in.

        Raises:
            ValueError: A template names what does not exist; says what does.
        """
        for name in _FIELD.findall(self.title + self.description):
            if name not in FIELDS:
                known = ", ".join(f"{{{field}}}" for field in FIELDS)
                raise ValueError(f"there is no {{{name}}}, only {known}")

    def named(self, job: NewJob, number: int, count: int, occasion: Occasion) -> NewJob:
        """The file with the names that its user did not give.

        Args:
            number: Its place among the ``count`` files, from 1.
        """
        facts = {
            "filename": PurePosixPath(job.source.filename).stem,
            "alt": job.source.description or "",
            "number": str(number),
            "count": str(count),
            **{field.name: getattr(occasion, field.name) for field in fields(Occasion)},
        }
        return replace(
            job,
            title=job.title or _filled(self.title, facts, MAX_TITLE),
            description=job.description or _filled(self.description, facts, MAX_DESCRIPTION),
        )


def _filled(template: str, facts: Mapping[str, str], limit: int) -> str | None:
    """One pass: what a stranger wrote is never read as a template."""
    text = _FIELD.sub(lambda match: facts.get(match[1], ""), template).strip()
    return text[:limit].rstrip() or None
