"""What is measured, by whom, and what is wanted of the result.

Another benchmark is another row of ``WORKS``, and a method in each subject's module.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.subjects import AIOHTTP, CURL, HTTPX, OURS, PEERS, Entrant

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """What our client should reach.

    Attributes:
        ratio: How many times as fast as ``against``.
        grown_mib: How far its memory may grow.
        succeeded: How many must.
        most_ms: How long one piece may take.
        most_served: How many requests the stub may see.
    """

    sentence: str
    against: Entrant | None = None
    ratio: float = 0.0
    grown_mib: float | None = None
    succeeded: int | None = None
    most_ms: float | None = None
    most_served: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One entrant's part in a work: which of its methods."""

    entrant: Entrant
    method: str


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do, for several in turn.

    Attributes:
        arguments: Given to the method.
        pieces: How many pieces of work that is; 0 where time does not matter.
        piece_mb: The size of a piece, to show MB/s; else pieces a second are shown.
        baseline: To whom ratios refer.
        note: What the table does not say.
    """

    name: str
    title: str
    arguments: Mapping[str, float]
    pieces: int
    parts: tuple[Part, ...]
    targets: tuple[Target, ...]
    piece_mb: float = 0.0
    baseline: Entrant = HTTPX
    note: str = ""


def _rehost(
    name: str,
    title: str,
    size_bytes: int,
    files: int,
    at_once: int,
    *targets: Target,
    note: str = "",
) -> Work:
    who = (OURS, HTTPX, AIOHTTP, CURL, *PEERS)
    return Work(
        name=name,
        title=title,
        arguments={"size_bytes": size_bytes, "files": files, "at_once": at_once},
        pieces=files,
        parts=tuple(Part(entrant, "rehost") for entrant in who),
        targets=targets,
        piece_mb=size_bytes / 1e6,
        note=note,
    )


def _faster(ratio: float, against: Entrant) -> Target:
    return Target(f"{ratio:g}x {against.title}", against, ratio)


_AHEAD = tuple(Target(f"ahead of {peer.title}", peer, 1.0) for peer in PEERS)

WORKS = (
    _rehost(
        "rehost-20mb-x1", "Re-host 20 MB, one at a time", 20_000_000, 8, 1,
        _faster(2, HTTPX), *_AHEAD, _faster(0.75, AIOHTTP),
    ),
    _rehost(
        "rehost-20mb-x8", "Re-host 20 MB, 8 at once", 20_000_000, 16, 8,
        _faster(2, HTTPX), *_AHEAD, _faster(0.75, AIOHTTP),
    ),
    _rehost(
        "rehost-200mb", "Re-host 200 MB", 200_000_000, 2, 1,
        _faster(3, HTTPX), _faster(0.75, AIOHTTP),
        Target("memory grows by 8 MiB at most", grown_mib=8),
    ),
    Work(
        name="spooled-20mb",
        title="The full path: checked, stripped, sealed on disk, uploaded; 20 MB",
        arguments={"size_bytes": 20_000_000, "files": 8, "at_once": 1},
        pieces=8,
        parts=(Part(OURS, "rehost_spooled"), Part(HTTPX, "rehost")),
        targets=(_faster(1, HTTPX),),
        piece_mb=20,
    ),
    _rehost(
        "small-x32", "Small pictures, 100 KB, 32 at once", 100_000, 640, 32,
        _faster(3, HTTPX),
        note="What stands between us and aiohttp by hand is paid per request, not per byte: two "
        "requests and two answers as httpx builds them (addresses parsed, headers copied), the "
        "deadline of the download and the watchdog of the upload with a task each, and typed "
        "records. Imgur allows some fifty uploads an hour, so it stays.",
    ),
    Work(
        name="search-x32",
        title="Gallery search of 60 items, 32 at once (ours to typed records, plain ones to dicts)",
        arguments={"calls": 320, "at_once": 32},
        pieces=320,
        parts=tuple(Part(one, "search") for one in (OURS, HTTPX, AIOHTTP, *PEERS)),
        targets=(_faster(2, HTTPX),),
    ),
    Work(
        name="search-again",
        title="The same search again within its fresh time",
        arguments={"calls": 10_000, "at_once": 1},
        pieces=10_000,
        parts=(Part(OURS, "search_again"),),
        targets=(Target("under 0.2 ms", most_ms=0.2), Target("no request", most_served=0)),
    ),
    Work(
        name="churn",
        title="5 s of cancelled requests, then 30 fresh ones",
        arguments={"seconds": 5},
        pieces=0,
        parts=tuple(Part(one, "churn") for one in (OURS, HTTPX, AIOHTTP)),
        targets=(Target("30 of 30 succeed", succeeded=30),),
        note="Plain httpx loses the places of requests that are cancelled while they wait for a "
        "connection: https://github.com/encode/httpcore/issues/1093",
    ),
)  # fmt: skip
