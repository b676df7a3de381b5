"""The folder that holds all data belongs to one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import DataInUseError, SettingsError


@contextmanager
def owned(data_dir: Path) -> Iterator[None]:
    """Make the data folder, if need be, and this process's own while the block runs.

    Raises:
        SettingsError: It cannot be made or written to.
        DataInUseError: Another process owns it.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("w")
    except OSError as error:
        raise SettingsError("DATA_DIR", f"{data_dir}: {error.strerror}", "data") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataInUseError(f"another bot runs on {data_dir}") from error
        yield
