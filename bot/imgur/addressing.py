"""Where a request goes and which headers it carries. Pure."""

from urllib.parse import urlencode, urlsplit

from bot.imgur.wire import Anonymous, Bearer, Request

IMGUR_API = "https://api.imgur.com"
IMGUR_SITE = "https://imgur.com"
IMGUR_FILES = "i.imgur.com"
#: Source: https://apidocs.imgur.com/#commercial-usage
COMMERCIAL_API = "https://imgur-apiv3.p.rapidapi.com"

USER_AGENT = "imgur-bot"

#: Of the site, not of the API: where a video's ticket is asked for.
_POLL_PATH = "/upload/poll"


class Addressing:
    """Turns paths into addresses and credentials into headers."""

    def __init__(self, client_id: str, *, api_url: str | None, rapidapi_key: str | None) -> None:
        """Prepare.

        Args:
            api_url: Where ``/3`` and ``/oauth2`` lie; ``None`` is Imgur.
            rapidapi_key: For commercial use. Without ``api_url``, ``/3`` then lies at RapidAPI.
        """
        self._client_id = client_id
        self._rapidapi_key = rapidapi_key
        self._api = api_url or IMGUR_API
        self._calls = COMMERCIAL_API if rapidapi_key and api_url is None else self._api
        self._site = api_url or IMGUR_SITE

    def __repr__(self) -> str:
        return repr(self._calls)

    def base(self, request: Request) -> str:
        """What stands before the request's path."""
        if request.path.startswith("/3/"):
            return self._calls
        return self._site if request.path == _POLL_PATH else self._api

    def host(self, request: Request) -> str:
        """The host that a request goes to."""
        return urlsplit(self.base(request)).netloc

    def is_file(self, address: str) -> bool:
        """Whether an address lies where Imgur serves files; a sandbox serves its own."""
        parts = urlsplit(address)
        if parts.scheme == "https" and parts.netloc == IMGUR_FILES:
            return True
        return self._api != IMGUR_API and address.startswith(f"{self._api}/")

    def address(self, request: Request) -> str:
        """The whole address."""
        query = request.query
        if request.path == _POLL_PATH:
            query = (("client_id", self._client_id), *query)
        address = f"{self.base(request)}{request.path}"
        return f"{address}?{urlencode(query)}" if query else address

    def headers(self, request: Request) -> dict[str, str]:
        """All headers but those of the body.

        RapidAPI's docs name one header for the key, and its gateway another: both are sent.
        """
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": _accepted(request),
            "Accept-Encoding": "gzip",
        }
        if isinstance(request.credential, Anonymous):
            headers["Authorization"] = f"Client-ID {self._client_id}"
        elif isinstance(request.credential, Bearer):
            headers["Authorization"] = f"Bearer {request.credential.access_token}"
        if self._rapidapi_key and request.path.startswith("/3/"):
            headers["X-RapidAPI-Key"] = headers["X-Mashape-Key"] = self._rapidapi_key
            headers["X-RapidAPI-Host"] = urlsplit(COMMERCIAL_API).netloc
        return headers | dict(request.headers)


def _accepted(request: Request) -> str:
    """The calls of ``/account/v1`` want a type of their own.

    Source: https://apidocs.imgur.com/#account, "Account Block Status"
    """
    is_of_v1 = request.path.startswith("/account/v1/")
    return "application/vnd.api+json" if is_of_v1 else "application/json"
