"""Imports go one way, and each library has its doors."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: The floors of the house, lowest first; a module may use what lies below or beside it.
FLOORS = [
    ("bot.errors", "bot.clock", "bot.logs", "bot.urgency", "bot.control", "bot.data_folder"),
    ("bot.imgur",),
    ("bot.accounts", "bot.credits", "bot.media"),
    ("bot.settings",),
    ("bot.uploads",),
    ("bot.autoupload", "bot.library", "bot.archive", "bot.patrol", "bot.privacy"),
    ("bot.access", "bot.checkup", "bot.metrics", "bot.housekeeping"),
    ("bot.services",),
    ("bot.ui",),
    ("bot.discord_bot", "bot.discord_application"),
    ("cogs",),
]
#: What hangs on the side, and what it may see.
SIDES = {
    "bot.storage": (
        *("bot.errors", "bot.urgency", "bot.imgur", "bot.accounts", "bot.credits", "bot.uploads"),
        *("bot.autoupload", "bot.library", "bot.archive", "bot.patrol", "bot.privacy"),
    ),
    "bot.web": ("bot.errors", "bot.clock", "bot.accounts"),
}
#: The top: they may see everything of ours below them, and nothing sees them.
TOPS = {
    "bot.app": ("bot",),
    "bot.wiring": ("bot",),
    "bot.opening": ("bot",),
    "bot.upkeep": ("bot",),
    "bot.serving": ("bot",),
    "bot.__main__": ("bot", "cogs"),
    "bot.doctor": ("bot",),
}

DOORS = {
    "httpx": ("bot.imgur.senders", "bot.media.fetch", "bot.app", "bot.opening", "sandbox"),
    "httpx_aiohttp": ("bot.imgur.senders", "bot.media.fetch"),
    "aiohttp": (
        "bot.ui.attachments",
        "bot.imgur.senders",
        "bot.media.fetch",
        "bot.web",
        "bot.discord_bot",
        "bot.discord_application",
        "bot.doctor.pages",
        "bot.ui.announcer",
        "bot.app",
        "bot.wiring",
        "bot.serving",
        "sandbox",
    ),
    "sqlalchemy": ("bot.storage",),
    "alembic": ("bot.storage",),
    "discord": (
        "bot.ui",
        "bot.discord_bot",
        "bot.discord_application",
        "bot.serving",
        "cogs",
        "sandbox.demo",
    ),
    "PIL": ("bot.ui.drawing", "sandbox"),
    "simcord": ("sandbox.demo",),
    "time": ("bot.clock", "sandbox"),
    "os": (
        "bot.settings",
        "bot.media.spool",
        "bot.privacy.tombstones",
        "bot.__main__",
        "sandbox",
    ),
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("bot", "cogs", "sandbox"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def lies_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def floor_of(name: str) -> int | None:
    for number, packages in enumerate(FLOORS):
        if any(lies_in(name, package) for package in packages):
            return number
    return None


def may_see(name: str, other: str) -> bool:
    """Whether a module of ours may import another of ours."""
    if other in {"bot", "bot.__version__"}:
        return True
    for table in (TOPS, SIDES):
        for package, allowed in table.items():
            if lies_in(name, package):
                return any(lies_in(other, one) for one in (*allowed, package))
    if any(lies_in(other, package) for package in (*TOPS, *SIDES)):
        return False
    mine, theirs = floor_of(name), floor_of(other)
    if mine is None or theirs is None:
        return False
    if lies_in(name, "cogs") and lies_in(other, "cogs"):
        return False
    return theirs <= mine


MODULES = list(modules())


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_imports_go_one_way(name: str, path: Path) -> None:
    ours = {one for one in imports(path) if one.split(".")[0] in {"bot", "cogs", "tests"}}
    if name.split(".", maxsplit=1)[0] == "sandbox":
        allowed = {"bot", "cogs"} if lies_in(name, "sandbox.demo") else set()
        assert {one.split(".")[0] for one in ours} <= allowed
        return
    wrong = {one for one in ours if not may_see(name, one)}
    assert not wrong


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_its_doors(library: str) -> None:
    users = {name for name, path in MODULES if any(lies_in(o, library) for o in imports(path))}
    strangers = {name for name in users if not any(lies_in(name, door) for door in DOORS[library])}
    assert not strangers


def test_there_are_no_cycles() -> None:
    names = {name for name, _ in MODULES}
    graph = {
        name: {
            target
            for one in runtime_imports(path)
            for target in (one, one.rpartition(".")[0])
            if target in names and target != name
        }
        for name, path in MODULES
    }
    assert not list(cycles(graph))


def runtime_imports(path: Path) -> set[str]:
    """The imports, without those that only the type checker makes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def cycles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> Iterator[list[str]]:
        if name in trail:
            yield [*trail[trail.index(name) :], name]
            return
        if name in done:
            return
        for other in sorted(graph[name]):
            yield from walk(other, [*trail, name])
        done.add(name)

    for name in sorted(graph):
        yield from walk(name, [])


def test_no_room_is_a_lumber_room() -> None:
    lumber = {"utils", "helpers", "common", "manager", "misc"}
    assert not [name for name, _ in MODULES if set(name.split(".")) & lumber]
