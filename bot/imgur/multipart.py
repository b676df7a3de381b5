"""The body of a multipart upload: of known length, never held whole, counted as it goes. Pure.

Source: https://www.rfc-editor.org/rfc/rfc7578 and, for the escapes in names,
https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
"""

from collections.abc import AsyncIterator, Callable

from bot.errors import BrokenFileError
from bot.imgur.wire import FilePart


class MultipartBody:
    """Form fields, then one file; meant for one pass.

    Attributes:
        size_bytes: The exact length of the whole body.
        is_held: Whether the end waits until it may go out.
        is_complete: Whether the last bytes were handed over: from then on Imgur may have it all.
        failure: What went wrong with the file's bytes, if anything did.
    """

    def __init__(
        self,
        form: tuple[tuple[str, str], ...],
        part: FilePart,
        *,
        boundary: str,
        on_move: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            boundary: Does not occur in any field or the file; random does.
            on_move: Called each time that bytes were taken.
        """
        fields = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(name)}"\r\n\r\n'
            f"{value}\r\n"
            for name, value in form
        )
        file = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{part.field_name}"; '
            f'filename="{_escaped(part.filename)}"\r\nContent-Type: {part.content_type}\r\n\r\n'
        )
        self._head = f"{fields}{file}".encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._part = part
        self._on_move = on_move
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.size_bytes = len(self._head) + part.content.size_bytes + len(self._tail)
        self.is_held = False
        self.is_complete = False
        self.failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body in the file's own chunks.

        Raises:
            BrokenFileError: The file has more or fewer bytes than it announced.
        """
        try:
            async for chunk, file_bytes in self._chunks():
                yield chunk
                self._on_move()
                if self._part.on_progress is not None:
                    self._part.on_progress(file_bytes)
        except Exception as error:
            # The library that sends the body would wrap it beyond recognition.
            self.failure = error
            raise

    async def _chunks(self) -> AsyncIterator[tuple[bytes, int]]:
        """Pairs of a chunk and how many of the file's bytes went out up to its end.

        The last chunk waits until the file has proved to be of its announced length, and goes out
        together with the end of the body: a request that was not whole is never taken for one.
        """
        held, seen_bytes = self._head, 0
        async for chunk in self._part.content:
            if seen_bytes:
                yield held, seen_bytes
                held = b""
            held = held + chunk if held else chunk
            seen_bytes += len(chunk)
            self._check(seen_bytes <= self._part.content.size_bytes)
        self._check(seen_bytes == self._part.content.size_bytes)
        if self._part.before_end is not None:
            self.is_held = True
            await self._part.before_end()
            self.is_held = False
        self.is_complete = True
        yield held + self._tail, seen_bytes

    def _check(self, fits: bool) -> None:  # noqa: FBT001 (reads as a sentence)
        if not fits:
            raise BrokenFileError(
                f"the file does not have the {self._part.content.size_bytes} bytes it announced"
            )


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
