"""A PostgreSQL server of the tests' own, started from the programs on this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import held

USER = "postgres"
PATIENCE_S = 300


def programs() -> Path | None:
    """The folder of the newest server's programs; ``None`` where none is installed."""
    on_path = shutil.which("pg_ctl")
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    return Path(on_path).resolve().parent if on_path else found[-1] if found else None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A server that keeps its data under ``folder``; gives the address of its databases."""
    binaries = programs()
    assert binaries
    # A server refuses to run as root, so there its own user has the folder.
    as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    data = folder / "data"
    data.mkdir(mode=0o700)
    if as_user:
        shutil.chown(folder, USER)
        shutil.chown(data, USER)
    do([*as_user, binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync"])
    control = [*as_user, binaries / "pg_ctl", "-D", data, "-t", str(PATIENCE_S)]
    options = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    with held() as port:
        do([*control, "-l", data / "log", "-o", f"-p {port} {options}", "start"])
    try:
        yield f"postgresql://{USER}@127.0.0.1:{port}"
    finally:
        do([*control, "-m", "immediate", "stop"])


def new_database(server: str, name: str) -> str:
    """Make an empty database; gives its address."""
    binaries = programs()
    assert binaries
    do([binaries / "createdb", f"--maintenance-db={server}/postgres", name])
    return f"{server}/{name}"


def do(command: list[str | Path]) -> None:
    result = subprocess.run(  # noqa: S603 (programs found above)
        command, check=False, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert result.returncode == 0, result.stdout.decode()
