"""The public address, as the world meets it."""

import ssl

import aiohttp

from bot.checkup import Finding, broken, fine, note
from bot.settings import Settings

_PAGES = "Public address"
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_OK = 200
#: In the policy of our pages, and hardly in anybody else's.
_OUR_MARK = "require-trusted-types-for"


async def examine_pages(settings: Settings, *, bot_is_running: bool) -> Finding:
    """Open our own first page through the address that people use."""
    if settings.public_base_url is None:
        return note(
            _PAGES,
            "PUBLIC_BASE_URL is not set: people who link an account paste an address by hand.",
        )
    if not bot_is_running:
        return note(_PAGES, "The bot does not run, so its pages cannot be tried.")
    return await _open(settings.public_base_url)


async def _open(base_url: str) -> Finding:
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{base_url}/", allow_redirects=False) as response,
        ):
            is_ours = _OUR_MARK in response.headers.get("Content-Security-Policy", "")
            return about_answer(base_url, response.status, is_ours=is_ours)
    except aiohttp.ClientConnectorCertificateError as error:
        return broken(_PAGES, f"The certificate of {base_url} is not good: {error}.")
    except (aiohttp.ClientError, ssl.SSLError, OSError, TimeoutError) as error:
        return broken(
            _PAGES,
            f"{base_url} cannot be reached from here ({type(error).__name__}). Check the reverse "
            "proxy and the DNS entry. (Some networks do not let a host call itself from outside.)",
        )


def about_answer(base_url: str, status: int, *, is_ours: bool) -> Finding:
    """What the answer to the first page means."""
    if status != _OK or not is_ours:
        return broken(
            _PAGES,
            f"Something else than the bot answers at {base_url} (status {status}). The reverse "
            "proxy has to pass everything on to WEB_HOST:WEB_PORT.",
        )
    secure = " over https" if base_url.startswith("https:") else ", without https: for trials only"
    return fine(_PAGES, f"{base_url} leads to the bot's pages{secure}.")
