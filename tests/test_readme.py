"""What the README promises."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "README.md").read_text().partition("## Commands")[2].partition("\n## ")[0]


def commands() -> Iterator[str]:
    """Every slash command, as a person types it."""
    for path in sorted((ROOT / "cogs").glob("*.py")):
        for cog in ast.walk(ast.parse(path.read_text())):
            if not isinstance(cog, ast.ClassDef):
                continue
            named = [ast.literal_eval(word.value) for word in cog.keywords]
            for method in cog.body:
                if isinstance(method, ast.AsyncFunctionDef) and "app_commands.command()" in map(
                    ast.unparse, method.decorator_list
                ):
                    yield " ".join([*named, method.name])


def test_every_command_is_in_the_readme_and_nothing_else() -> None:
    promised = set(re.findall(r"`/([a-z]+(?: [a-z]+)?)(?= *`| [a-z]+:)", TABLE))
    assert promised == set(commands())
