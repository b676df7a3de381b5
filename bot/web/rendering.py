"""The pages as text: one frame, one style sheet, one script, all inline."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from importlib import resources
from string import Template

from bot.web.headers import page_policy
from bot.web.language import KINDS, Language, Words
from bot.web.texts import LANGUAGES

#: A command of the bot in a text; ``callback.js`` knows the same pattern.
_COMMAND = re.compile("/[a-z]+\u00a0[a-z]+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the policy that belongs to it."""

    html: str
    policy: str


class Pages:
    """Every page that there is, in one language."""

    def __init__(self, files: Mapping[str, str], language: Language) -> None:
        """Prepare.

        Args:
            files: The files under ``pages/`` by name; see ``load_files``.
        """
        self.language = language
        self._frame = Template(files["page.html"])
        self._style = files["style.css"]
        self._script = files["callback.js"]
        self._marks = files["marks.html"]
        self.icon = files["icon.svg"]
        self._icon_address = _data_address(self.icon)

    def message(self, outcome: str) -> Page:
        """A page that only says something."""
        text = self.language.words[outcome]
        return self._page(KINDS[outcome], text.heading, _heading(text) + _paragraph(text.body))

    def invitation(
        self, user_name: str, *, proves_first: bool, form_targets: Iterable[str]
    ) -> Page:
        """The first page: whom it is for, what comes, and a button.

        Args:
            proves_first: Whether Discord is asked who the visitor is before Imgur is opened.
            form_targets: Sources that the button, and the redirect after it, may lead to.
        """
        spoken = self.language
        text = spoken.words["invitation"]
        steps = spoken.steps_with_proof if proves_first else spoken.steps_with_code
        name = f"<strong>{escape(user_name)}</strong>"
        items = "".join(f"<li>{escape(step)}</li>" for step in steps)
        main = (
            f"{_heading(text)}<p>{escape(text.body).format(user_name=name)}</p><ol>{items}</ol>"
            f'<form method="post"><button>{escape(spoken.go_on)}</button></form>'
            f'<p class="soft">{escape(spoken.caution)}</p>'
        )
        return self._page(KINDS["invitation"], text.heading, main, form_targets=form_targets)

    def callback(self) -> Page:
        """The page that Discord and Imgur redirect to: a script passes on what the address holds.

        It is the same for everybody who reads this language; what it says by itself stands in its
        attributes.
        """
        text = self.language.words["working"]
        without = self.language.words["noscript"]
        main = (
            '<div class="result" aria-live="polite">'
            f'<h1 tabindex="-1">{escape(text.heading)}</h1>'
            '<p class="name" hidden></p><dl class="facts"></dl>'
            f'<p class="body">{escape(text.body)}</p></div>'
            f"<noscript>{_heading(without)}{_paragraph(without.body)}</noscript>"
        )
        own = "".join(_own_text(name, self.language.words[name]) for name in ("empty", "script"))
        return self._page(
            "busy",
            text.heading,
            main,
            attributes=f' aria-busy="true"{own}',
            script=self._script,
        )

    def _page(
        self,
        kind: str,
        title: str,
        main: str,
        *,
        attributes: str = "",
        script: str | None = None,
        form_targets: Iterable[str] = (),
    ) -> Page:
        html = self._frame.substitute(
            language=self.language.code,
            title=escape(title),
            icon=self._icon_address,
            style=self._style,
            kind=kind,
            attributes=attributes,
            marks=self._marks,
            main=main,
            script="" if script is None else f"<script>{script}</script>",
        )
        policy = page_policy(style=self._style, script=script, form_targets=form_targets)
        return Page(html, policy)


def pages_by_language() -> Mapping[str, Pages]:
    """All pages, by their language's code."""
    files = load_files()
    return {code: Pages(files, language) for code, language in LANGUAGES.items()}


def load_files() -> Mapping[str, str]:
    """The files under ``pages/`` by name."""
    folder = resources.files("bot.web") / "pages"
    return {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.is_file()}


def _heading(text: Words) -> str:
    return f"<h1>{escape(text.heading)}</h1>"


def _paragraph(body: str) -> str:
    marked = _COMMAND.sub(r"<code>\g<0></code>", escape(body))
    return f"<p>{marked}</p>"


def _own_text(outcome: str, text: Words) -> str:
    return (
        f' data-{outcome}-kind="{KINDS[outcome]}" data-{outcome}-heading="{escape(text.heading)}"'
        f' data-{outcome}-body="{escape(text.body)}"'
    )


def _data_address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
