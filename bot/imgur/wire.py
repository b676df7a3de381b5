"""What goes to Imgur and what comes back, before and after HTTP.

Frozen records only; reading an answer's meaning is ``reading.py``'s job, moving it the senders'.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Method = Literal["GET", "POST", "PUT", "DELETE"]

#: What a call costs, in credits. Source: https://apidocs.imgur.com/#rate-limits
COST_UPLOAD = 10
COST_CALL = 1
COST_OAUTH = 0


@dataclass(frozen=True, slots=True)
class Anonymous:
    """The application itself: ``Authorization: Client-ID …``."""

    @property
    def pool(self) -> str:
        """The name of the hourly credit pool that this credential draws from."""
        return "app"


@dataclass(frozen=True, slots=True)
class Bearer:
    """A linked Imgur account: ``Authorization: Bearer …``.

    Attributes:
        account_id: Imgur's number of the account.
        access_token: 40 hex digits; kept out of ``repr``.
    """

    account_id: int
    access_token: str = field(repr=False)

    @property
    def pool(self) -> str:
        """The name of the hourly credit pool that this credential draws from."""
        return f"account:{self.account_id}"


Credential = Anonymous | Bearer


class Content(Protocol):
    """Bytes to upload, readable more than once and never held whole.

    Attributes:
        size_bytes: The exact number of bytes that one pass yields.
    """

    size_bytes: int

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Start a new pass from the first byte."""
        ...


@dataclass(frozen=True, slots=True)
class FilePart:
    """The file of a multipart upload.

    Attributes:
        field_name: ``"image"`` or ``"video"``.
        filename: Shown to the account's owner only.
        content_type: MIME type by magic bytes.
        content: The bytes.
        on_progress: Called with the bytes handed over so far; must return at once.
        before_end: Awaited before the last bytes of the request are handed over: from then on a
            lost answer is ambiguous. Awaited again when the request is sent again.
    """

    field_name: Literal["image", "video"]
    filename: str
    content_type: str
    content: Content = field(repr=False)
    on_progress: Callable[[int], None] | None = field(default=None, repr=False)
    before_end: Callable[[], Awaitable[None]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call.

    Attributes:
        path: Below the API's host, with its version: ``/3/image/abc``, ``/oauth2/token``.
        query: Query parameters in order.
        form: Form fields in order; sent as multipart where ``file`` is set, else urlencoded.
        cost_credits: What Imgur publishes as this call's price.
        headers: Further headers, besides those that every call carries.
        endpoint: The path before ids were put in, such as ``/3/image/{image_id}``: safe to log.
    """

    method: Method
    path: str
    credential: Credential | None = Anonymous()
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    file: FilePart | None = None
    cost_credits: int = COST_CALL
    headers: tuple[tuple[str, str], ...] = ()
    endpoint: str = ""

    @property
    def is_upload(self) -> bool:
        """Whether it counts against the cap on uploads."""
        return self.cost_credits == COST_UPLOAD

    @property
    def is_post(self) -> bool:
        """Whether it counts against the limit on POST requests."""
        return self.method == "POST"

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, whatever it says.

    Attributes:
        headers: Names in lower case; repeated ones joined by ``", "``.
        body: At most 1 MiB; longer bodies never get here.
        url: The address that answered, without its query.
        is_remembered: Whether nothing was sent for it, because an earlier answer is fresh still.
        read: What was read out of the body already, by wanted type; filled by ``reading.py``.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = ""
    is_remembered: bool = False
    read: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)


class Sender(Protocol):
    """Anything that turns a request into an answer; senders wrap senders."""

    async def send(self, request: Request) -> Response:
        """Send it.

        Raises:
            TransportError: No answer arrived.
        """
        ...
