"""Who is measured: one module each, with a class ``Subject`` whose methods are what it can do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entrant:
    """One who takes part.

    Attributes:
        module: Below ``bench.subjects``.
        packages: What pip must bring, into an environment of the benchmark's own.
    """

    module: str
    title: str
    packages: tuple[str, ...] = ()


OURS = Entrant("ours", "**this client**")
HTTPX = Entrant("httpx_plain", "plain httpx")
AIOHTTP = Entrant("aiohttp_plain", "aiohttp, streaming")
CURL = Entrant("curl", "curl into curl")
IMGURPYTHON = Entrant("peer_imgurpython", "imgurpython", ("imgurpython",))
PYIMGUR = Entrant("peer_pyimgur", "PyImgur", ("pyimgur",))
AIOIMGUR = Entrant("peer_aioimgur", "aioimgur", ("aioimgur",))

PEERS = (AIOIMGUR, PYIMGUR, IMGURPYTHON)
