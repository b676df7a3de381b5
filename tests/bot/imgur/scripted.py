"""A network of a few lines: answers what the test wrote down, and remembers what was asked."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bot.imgur.wire import Request, Response

Answer = Response | Exception | Callable[[Request], Awaitable[Response]]


def answer(data: Any, *, status: int = 200, **headers: str) -> Response:
    """An answer in Imgur's envelope; header names are written with ``_`` for ``-``."""
    body = {"data": data, "success": status < 400, "status": status}
    return raw(json.dumps(body).encode(), status=status, **headers)


def refusal(error: Any, *, status: int = 400, **headers: str) -> Response:
    """An answer that says no."""
    return answer({"error": error, "request": "/3/x", "method": "GET"}, status=status, **headers)


def raw(body: bytes, *, status: int = 200, **headers: str) -> Response:
    """Any answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, named, body, "https://api.imgur.com/3/x")


class ScriptedSender:
    """Gives the answers in order and fails where none is left."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._answers = list(answers)
        self.asked: list[Request] = []

    def __repr__(self) -> str:
        return "ScriptedSender()"

    def host_of(self, request: Request) -> str:
        return request.path.split("/")[1]

    async def send(self, request: Request) -> Response:
        self.asked.append(request)
        if not self._answers:
            raise AssertionError(f"nobody expected {request.method} {request.path}")
        step = self._answers.pop(0)
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Response) else await step(request)
