"""imgurpython, Imgur's own library of 2016, as its README shows it; it blocks."""

import tempfile
from contextlib import AsyncExitStack
from typing import Any

import imgurpython.client
import requests

from bench.crowds import crowd_of_threads


class Subject:
    """One client for all threads."""

    def __init__(self, stub: str) -> None:
        self._stub = stub
        imgurpython.client.API_URL = f"{stub}/"
        self._client: Any = imgurpython.client.ImgurClient("cid", "secret")

    async def open(self, stack: AsyncExitStack) -> None:
        """Nothing is kept open."""

    async def rehost(self, *, size_bytes: int, files: int, at_once: int) -> None:
        """Download a file, upload it by its path: base64 in a form."""

        def one() -> None:
            with tempfile.NamedTemporaryFile(suffix=".mp4") as film:
                film.write(requests.get(f"{self._stub}/file/{size_bytes}", timeout=60).content)
                film.flush()
                assert self._client.upload_from_path(film.name)["id"]

        await crowd_of_threads(files, at_once, one)

    async def search(self, *, calls: int, at_once: int) -> None:
        """Search the gallery."""

        def one() -> None:
            assert len(self._client.gallery_search("cats")) == 60

        await crowd_of_threads(calls, at_once, one)
