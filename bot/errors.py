"""Every failure of the bot that has a name.

Classes carry facts; ``bot/ui/wording.py`` carries the sentences. Foreign exceptions are translated
once, at the door of the library they come from.

::

    BotError
    ├─ SettingsError                 a setting is missing or wrong
    ├─ ImgurError                    anything about talking to Imgur
    │  ├─ TransportError             no answer; ``maybe_applied``: Imgur may have acted all the same
    │  │  ├─ UploadStalledError      no byte moved for too long
    │  │  └─ ImgurDownError          not even tried: Imgur failed too often just now
    │  ├─ ResponseFormatError        an answer that nobody can read (HTML, cut, huge, not JSON)
    │  └─ ApiError                   Imgur said no, readably
    │     ├─ ValidationError         a parameter is missing or wrong
    │     ├─ InvalidClientIdError
    │     ├─ AuthenticationRequiredError
    │     ├─ DeadTokenError          the access token is not (or no longer) valid
    │     ├─ InvalidGrantError       the refresh token, code or pin is not (or no longer) valid
    │     ├─ PermissionDeniedError
    │     ├─ NotFoundError
    │     │  └─ RemovedError         the picture was there and is gone
    │     ├─ RateLimitedError        one of Imgur's pools is empty
    │     │  └─ OverCapacityError    "over capacity": often an address limit in disguise
    │     ├─ NetworkRefusedError     this country or network is refused
    │     ├─ FileRefusedError
    │     │  ├─ FileTooLargeError
    │     │  └─ FileTypeRefusedError
    │     ├─ ProcessingFailedError   Imgur took the file and could not process it
    │     └─ ServerError             5xx
    ├─ CreditError
    │  ├─ OutOfCreditsError          nothing was sent; says which pool and when to come back
    │  └─ UploadsPausedError         the five-strikes brake holds
    ├─ LinkError                     linking an Imgur account
    │  ├─ LinkingUnavailableError    this bot cannot link (its settings, or Imgur's side)
    │  ├─ TicketError                the link is unknown, used or too old
    │  ├─ WrongVisitorError          the browser belongs to another Discord account
    │  ├─ LinkDeniedError            the visitor said no
    │  ├─ ForeignTokenError          the token is void, or another program's
    │  ├─ WrongCodeError
    │  ├─ LinkedElsewhereError       another Discord account holds this Imgur account
    │  ├─ NotLinkedError
    │  └─ LinkRevokedError           the link is dead and its tokens are wiped
    ├─ MediaError                    the bytes
    │  ├─ TooLargeError
    │  ├─ UnsupportedTypeError
    │  ├─ TooManyPixelsError
    │  ├─ BrokenFileError            not the whole picture that it claims to be
    │  ├─ FetchError                 the download failed
    │  │  ├─ AddressRefusedError     an address that we do not open
    │  │  ├─ FetchTimeoutError
    │  │  └─ SourceGoneError         deleted, or the signed link is too old
    │  └─ SpoolError                 the waiting bytes cannot be kept or read
    │     └─ SpoolFullError
    ├─ ChoiceError                   something typed or chosen makes no sense; says what would
    ├─ UploadError                   the queue of uploads
    │  ├─ NothingToUploadError
    │  ├─ QueueFullError
    │  ├─ UploadNotFoundError
    │  ├─ NotYoursError              this picture, button or job is somebody else's
    │  ├─ ConsentMissingError        the author has not agreed
    │  └─ PoisonedJobError           given up after it took the bot down repeatedly
    ├─ ChannelClosedError            the bot may not read a channel (any more)
    ├─ DiscordUnreachableError       no gateway connection for too long
    ├─ CryptoError                   a sealed value cannot be opened
    │  ├─ UnknownKeyError            sealed with a key that is not in the ring
    │  └─ TamperedError              moved to another row, or changed
    └─ StorageError
       ├─ StorageBusyError           another holder kept the database for too long
       ├─ DiskFullError
       ├─ SchemaTooNewError
       ├─ DatabaseCorruptError
       └─ DataInUseError             a second instance on the same data
"""


class BotError(Exception):
    """The root: whatever the bot itself has to say about a failure."""


class SettingsError(BotError):
    """A setting is missing or wrong; the start ends here.

    Attributes:
        variable: The environment variable's name.
        reason: What is wrong with it, without its value.
        example: A value that would do.
    """

    def __init__(self, variable: str, reason: str, example: str) -> None:
        super().__init__(f"{variable}: {reason} (example: {variable}={example})")
        self.variable = variable
        self.reason = reason
        self.example = example


# --- Imgur ------------------------------------------------------------------------------------


class ImgurError(BotError):
    """Anything about talking to Imgur."""


class TransportError(ImgurError):
    """No answer arrived.

    Attributes:
        maybe_applied: Imgur may have acted although we heard nothing; repeating could do it twice.
    """

    def __init__(self, message: str, *, maybe_applied: bool) -> None:
        super().__init__(message)
        self.maybe_applied = maybe_applied


class UploadStalledError(TransportError):
    """No byte of an upload moved for too long."""


class ImgurDownError(TransportError):
    """Not even tried: Imgur failed too often just now.

    Attributes:
        retry_after_s: Seconds until the next try is made.
    """

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message, maybe_applied=False)
        self.retry_after_s = retry_after_s


class ResponseFormatError(ImgurError):
    """An answer that nobody can read: HTML, cut off, huge, or not JSON.

    Attributes:
        status: The HTTP status of that answer.
        maybe_applied: Imgur may have acted although its answer is unreadable.
    """

    def __init__(self, message: str, *, status: int, maybe_applied: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.maybe_applied = maybe_applied


class ApiError(ImgurError):
    """Imgur said no, readably.

    Attributes:
        status: HTTP status (or the body's, where a refusal came disguised as success).
        code: Imgur's internal number, such as 1003, where there is one.
    """

    def __init__(self, message: str, *, status: int, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class ValidationError(ApiError):
    """A parameter is missing or wrong."""


class InvalidClientIdError(ApiError):
    """The client id is unknown or blocked."""


class AuthenticationRequiredError(ApiError):
    """The call needs a user's token."""


class DeadTokenError(ApiError):
    """The access token is not, or no longer, valid."""


class InvalidGrantError(ApiError):
    """The refresh token, code or pin is not, or no longer, valid."""


class PermissionDeniedError(ApiError):
    """The credential may not do this to that item."""


class NotFoundError(ApiError):
    """There is no such item."""


class RemovedError(NotFoundError):
    """The picture was there and is gone."""


class RateLimitedError(ApiError):
    """One of Imgur's pools is empty.

    Attributes:
        pool: ``"user"``, ``"client"``, ``"post"``, ``"uploads"`` (the unpublished cap) or
            ``"unknown"``.
        retry_after_s: Seconds until that pool should have something again.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        pool: str,
        retry_after_s: float,
        code: int | None = None,
    ) -> None:
        super().__init__(message, status=status, code=code)
        self.pool = pool
        self.retry_after_s = retry_after_s


class OverCapacityError(RateLimitedError):
    """Imgur says "over capacity", which often is an address limit in disguise."""


class NetworkRefusedError(ApiError):
    """Imgur refuses this host's country or network."""


class FileRefusedError(ApiError):
    """Imgur does not take this file."""


class FileTooLargeError(FileRefusedError):
    """The file is over Imgur's size limit."""


class FileTypeRefusedError(FileRefusedError):
    """Imgur does not take this kind of file."""


class ProcessingFailedError(ApiError):
    """Imgur took the file and could not process it."""


class ServerError(ApiError):
    """Imgur failed on its own side (5xx)."""


# --- Credits ----------------------------------------------------------------------------------


class CreditError(BotError):
    """The credit model does not let this call go out."""


class OutOfCreditsError(CreditError):
    """Nothing was sent: a pool has too little left.

    Attributes:
        pool: The pool that is short, by its public name (``bot/credits/pools.py``).
        wait_s: Seconds until it should suffice.
        was_held: The call's credits were held here, and another process took them meanwhile.
    """

    def __init__(self, *, pool: str, wait_s: float, was_held: bool = False) -> None:
        super().__init__(f"pool {pool} is short for about {wait_s:.0f} s")
        self.pool = pool
        self.wait_s = wait_s
        self.was_held = was_held


class UploadsPausedError(CreditError):
    """The five-strikes brake holds: too many days of this month ran dry.

    Attributes:
        wait_s: Seconds until the month ends.
    """

    def __init__(self, *, wait_s: float) -> None:
        super().__init__(f"uploads are paused for {wait_s:.0f} s")
        self.wait_s = wait_s


# --- Linking ----------------------------------------------------------------------------------


class LinkError(BotError):
    """Something about linking an Imgur account."""


class LinkingUnavailableError(LinkError):
    """This bot cannot link accounts at present.

    Attributes:
        cause: ``"settings"`` (the operator left something out), ``"imgur"`` (Imgur's authorise
            page is down), ``"discord"`` (Discord's sign-in does not answer) or ``"keys"`` (stored
            links cannot be opened).
    """

    def __init__(self, message: str, *, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


class TicketError(LinkError):
    """The link is unknown, used already, or too old."""


class WrongVisitorError(LinkError):
    """The browser belongs to another Discord account than the one that asked."""


class LinkDeniedError(LinkError):
    """The visitor chose not to give access."""


class ForeignTokenError(LinkError):
    """Imgur does not take the refresh token from us: it is void, or another program's."""


class WrongCodeError(LinkError):
    """The typed code is not the one on the page.

    Attributes:
        tries_left: How many more the user may make; at 0 the attempt is void.
    """

    def __init__(self, *, tries_left: int) -> None:
        super().__init__(f"wrong code, {tries_left} tries left")
        self.tries_left = tries_left


class LinkedElsewhereError(LinkError):
    """Another Discord account holds this Imgur account."""


class NotLinkedError(LinkError):
    """This Discord user has no linked Imgur account."""


class LinkRevokedError(LinkError):
    """The link is dead at Imgur's side and its tokens are wiped; the user must link again."""


# --- Media ------------------------------------------------------------------------------------


class MediaError(BotError):
    """Something about the bytes."""


class TooLargeError(MediaError):
    """More bytes than allowed.

    Attributes:
        limit_bytes: The bound that was passed.
        kind: What the bound is for, such as ``"image/png"``; empty where the type is not known yet.
    """

    def __init__(self, *, limit_bytes: int, kind: str = "") -> None:
        super().__init__(f"over {limit_bytes} bytes {kind}".rstrip())
        self.limit_bytes = limit_bytes
        self.kind = kind


class UnsupportedTypeError(MediaError):
    """Not a kind of file that Imgur takes.

    Attributes:
        found: What the first bytes look like, such as ``"image/webp"``; empty when unknown.
    """

    def __init__(self, *, found: str = "") -> None:
        super().__init__(f"unsupported type {found or 'unknown'}")
        self.found = found


class TooManyPixelsError(MediaError):
    """The picture declares more pixels or frames than we pass on."""


class BrokenFileError(MediaError):
    """Not the whole picture that it claims to be."""


class FetchError(MediaError):
    """The download failed."""


class AddressRefusedError(FetchError):
    """An address that we do not open."""


class FetchTimeoutError(FetchError):
    """The download was too slow."""


class SourceGoneError(FetchError):
    """The file was deleted, or its signed link is too old."""


class SpoolError(MediaError):
    """The waiting bytes cannot be kept or read back."""


class SpoolFullError(SpoolError):
    """No room for the bytes."""


class ChoiceError(BotError):
    """Something that a user typed or chose makes no sense.

    Attributes:
        hint: A sentence for the user that says what would.
    """

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


# --- Uploads ----------------------------------------------------------------------------------


class UploadError(BotError):
    """Something about the queue of uploads."""


class NothingToUploadError(UploadError):
    """No file was named, or the message holds none that could be uploaded.

    Attributes:
        is_message: Whether a message was looked through.
    """

    def __init__(self, *, is_message: bool) -> None:
        super().__init__("nothing to upload")
        self.is_message = is_message


class QueueFullError(UploadError):
    """Too much is waiting already.

    Attributes:
        wait_s: How long a new upload would have to wait.
    """

    def __init__(self, *, wait_s: float) -> None:
        super().__init__(f"queue is full, about {wait_s:.0f} s")
        self.wait_s = wait_s


class UploadNotFoundError(UploadError):
    """There is no such upload (any more)."""


class NotYoursError(UploadError):
    """This picture, button or job is somebody else's.

    Attributes:
        whose: Who may do it.
    """

    def __init__(self, *, whose: str) -> None:
        super().__init__(f"only {whose} may do that")
        self.whose = whose


class ConsentMissingError(UploadError):
    """The author has not agreed to have the picture uploaded."""


class PoisonedJobError(UploadError):
    """Given up after it took the bot down repeatedly."""


class ChannelClosedError(BotError):
    """The bot may not read a channel, or it is gone."""


class DiscordUnreachableError(BotError):
    """No gateway connection stood for too long; a supervisor should start the bot afresh."""


# --- Sealed values and storage ----------------------------------------------------------------


class CryptoError(BotError):
    """A sealed value cannot be opened."""


class UnknownKeyError(CryptoError):
    """Sealed with a key that is not in the ring.

    Attributes:
        key_id: The key that would be needed.
    """

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key {key_id!r} in the ring")
        self.key_id = key_id


class TamperedError(CryptoError):
    """The sealed value was moved to another row, or changed."""


class StorageError(BotError):
    """The database failed."""


class StorageBusyError(StorageError):
    """Another holder kept the database for too long."""


class DiskFullError(StorageError):
    """No room left for the database."""


class SchemaTooNewError(StorageError):
    """The database was written by a newer version of the bot."""


class DatabaseCorruptError(StorageError):
    """The database file is damaged; it is left untouched."""


class DataInUseError(StorageError):
    """A second instance on the same data."""
