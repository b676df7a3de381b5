"""A download as the content of an upload: the two overlap, and nothing is held."""

from collections.abc import AsyncIterable, AsyncIterator

from bot.errors import BrokenFileError


class Piped:
    """Content for one pass, straight from where it comes from.

    A spooled file can be sent again, this cannot: an upload that would have to be repeated fails.

    Attributes:
        size_bytes: What the source announced; the upload ends with an error where that is wrong.
    """

    def __init__(self, source: AsyncIterable[bytes], size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._source = source
        self._was_read = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Start the only pass.

        Raises:
            BrokenFileError: There was one before.
        """
        if self._was_read:
            raise BrokenFileError("what was piped cannot be sent again")
        self._was_read = True
        return aiter(self._source)
