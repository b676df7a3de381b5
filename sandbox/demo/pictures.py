"""The pictures behind the links in messages, for a Preview that fetches nothing by itself."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

import aiohttp
from simcord.backend.cdn import CdnStore

from sandbox.demo.cdn import CDN_HOST

_log = logging.getLogger(__name__)

#: Preview draws no larger ones, and holds 128 MiB of everything together.
_LARGEST_BYTES = 10 * 1024 * 1024
_TOGETHER_BYTES = 64 * 1024 * 1024
_OK = 200
_CDN = f"https://{CDN_HOST}/"


class Pictures:
    """Fetches what one host serves and what Discord's CDN holds, each address once.

    Attributes:
        held: File name and bytes by address; the oldest go when it is too much together.
    """

    def __init__(self, http: aiohttp.ClientSession, host_url: str, cdn: CdnStore) -> None:
        self.held: dict[str, tuple[str, bytes]] = {}
        self._http = http
        self._prefix = f"{host_url}/"
        self._cdn = cdn
        self._asked: set[str] = set()

    async def gather(self, components: Iterable[Any]) -> bool:
        """Fetch what messages show and is not held yet; tells whether there was anything."""
        wanted = [
            address
            for address in media_in(list(components))
            if address.startswith((self._prefix, _CDN)) and address not in self._asked
        ]
        for address in wanted:
            self._asked.add(address)
            content = await self._fetch(address)
            if content is not None:
                self.held[address] = (address.rpartition("/")[2], content)
        self._make_room()
        return any(address in self.held for address in wanted)

    async def _fetch(self, address: str) -> bytes | None:
        if address.startswith(_CDN):
            return self._cdn.get(address)
        try:
            async with self._http.get(address, allow_redirects=False) as response:
                if response.status != _OK or (response.content_length or 0) > _LARGEST_BYTES:
                    return None
                return await response.read()
        except aiohttp.ClientError as error:
            _log.warning("%s cannot be shown: %s", address, error)
            return None

    def _make_room(self) -> None:
        together_bytes = sum(len(content) for _, content in self.held.values())
        while together_bytes > _TOGETHER_BYTES:
            _, content = self.held.pop(next(iter(self.held)))
            together_bytes -= len(content)


def media_in(value: Any) -> Iterator[str]:
    """The addresses of all media in components, however deep."""
    if isinstance(value, dict):
        media = value.get("media")
        if isinstance(media, dict) and isinstance(media.get("url"), str):
            yield media["url"]
        for inside in value.values():
            yield from media_in(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from media_in(inside)
