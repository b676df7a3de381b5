"""What an endpoint gets and may answer, and the table rows that describe it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from sandbox.imgur.messages import Request
from sandbox.imgur.people import Account, Application
from sandbox.imgur.state import State


class Dialect(Enum):
    """Which of Imgur's two backends answers."""

    CLASSIC = "classic"
    NEW = "new"


class Auth(Enum):
    """What a call asks of its caller."""

    NONE = "none"
    CLIENT = "client"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        account: Whose bearer token came with the call, if one did.
        commercial_key: The key of commercial use (RapidAPI, once Mashape), else empty.
    """

    application: Application
    remote: str
    account: Account | None = None
    commercial_key: str = ""


class Refusal(Exception):  # noqa: N818 - Imgur refuses; nothing went wrong in here
    """An answer that says no.

    Attributes:
        code: Imgur's internal number; with one, the error is an object instead of a string.
        kind: Imgur's exception class beside the code.
        array: The new backend's ``errors[]`` form.
        charged: Whether the call costs its credits all the same.
        body_status: The status inside the body, where it differs.
        asked_path: What the body names as the request, where it differs.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: int | None = None,
        kind: str = "ImgurException",
        array: bool = False,
        charged: bool = True,
        body_status: int | None = None,
        asked_path: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.kind = kind
        self.array = array
        self.charged = charged
        self.asked_path = asked_path
        self.body_status = status if body_status is None else body_status


@dataclass(frozen=True, slots=True)
class Answer:
    """An endpoint's answer where plain data will not do.

    Attributes:
        disguised: An error inside a success, HTTP 200 and ``success`` true.
        rate_headers: ``False`` for the answers that Imgur sends without them.
        cache_s: Seconds that Imgur's edge caches the answer.
        wrapped: ``False`` leaves the envelope away.
    """

    data: object = None
    disguised: str = ""
    rate_headers: bool = True
    cache_s: int = 0
    wrapped: bool = True


@dataclass(frozen=True, slots=True)
class Links:
    """Where addresses in answers point: ``images`` to the image host, ``pages`` to the site."""

    images: str
    pages: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was let through.

    Attributes:
        args: The path's named parts.
        rest: The path's optional tail, such as ``("top", "week", "2")``.
    """

    state: State
    request: Request
    now: datetime
    caller: Caller
    dialect: Dialect
    links: Links
    args: Mapping[str, str] = field(default_factory=dict)
    rest: tuple[str, ...] = ()

    @property
    def me(self) -> Account:
        """The caller's account.

        Raises:
            Refusal: 401 without a bearer token.
        """
        if self.caller.account is None:
            raise Refusal(401, "Authentication required")
        return self.caller.account

    def param(self, name: str, default: str = "") -> str:
        """A field of the body, else of the query, else ``default``."""
        return self.sent(name) or default

    def sent(self, name: str) -> str | None:
        """The same, or ``None`` when it was not sent at all."""
        for fields in (self.request.form, self.request.query):
            for key, value in fields:
                if key == name:
                    return value
        return None

    def listed(self, name: str) -> list[str] | None:
        """``name[]=a&name[]=b`` or ``name=a,b``; ``None`` when neither was sent.

        Source: both forms are in use by Imgur's own and others' clients.
        """
        values = [
            value
            for key, value in (*self.request.form, *self.request.query)
            if key == name or key.startswith(f"{name}[")
        ]
        if not values:
            return None
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no in any spelling that Imgur takes."""
        text = self.sent(name)
        return default if text is None else text.lower() in {"1", "true", "yes", "on"}


#: Gives the ``data`` of the answer, or an ``Answer``, or a whole ``Response``.
Endpoint = Callable[[Call], object]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table of calls.

    Attributes:
        path: With ``{name}`` for a part and a final ``*`` for an optional tail.
        fields: What query and body may carry; ``x[]`` stands for both list forms.
        upload_field: Whether a file may come along.
        cost: Credits; ``None`` is the price of an upload.
    """

    method: str
    path: str
    endpoint: Endpoint
    auth: Auth = Auth.CLIENT
    fields: tuple[str, ...] = ()
    upload_field: bool = False
    cost: int | None = 1
