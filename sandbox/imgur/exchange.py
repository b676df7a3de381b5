"""One call's way: credential, credits, fields, endpoint, answer. Pure."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from sandbox.imgur.auth import MissingCommercialKeyError, identify
from sandbox.imgur.calls import Answer, Auth, Call, Caller, Dialect, Links, Refusal
from sandbox.imgur.canned import canned
from sandbox.imgur.dialects.answers import finish
from sandbox.imgur.dialects.envelope import wrap
from sandbox.imgur.dialects.errors import asked, error_document
from sandbox.imgur.dialects.headers import rate_headers, stock_headers
from sandbox.imgur.gate import admit, purse_for
from sandbox.imgur.limits import Purse
from sandbox.imgur.messages import Fault, Request, Response
from sandbox.imgur.people import Application
from sandbox.imgur.routing import Match
from sandbox.imgur.state import State

log = logging.getLogger(__name__)

_FIELDS_OF_EVERY_CALL = {"client_id", "callback", "_fake_status"}
_WITHOUT_RATES = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
_NOBODY = Application("", "", "", "")


@dataclass(slots=True)
class Exchange:
    """One call on its way through the gate, the endpoint and the dialect.

    Attributes:
        purse: The pools that pay, once they are known.
        cost: What was charged in the end.
    """

    state: State
    links: Links
    request: Request
    match: Match
    dialect: Dialect
    now: datetime
    purse: Purse | None = None
    cost: int = 0

    def run(self) -> tuple[Response, int]:
        """The answer and what it cost."""
        try:
            caller = self._caller()
            self._admit(caller)
            forced = self._forced()
            if forced is not None:
                return forced, 0
            self._check_fields()
            result = self.match.route.endpoint(self._call(caller))
        except MissingCommercialKeyError:
            fault = Fault("commercial-key-missing")
            return canned(fault, self.request, self.dialect) or Response(401), 0
        except Refusal as refusal:
            return self._forced() or self._refused(refusal), self.cost
        self._charge(self._price())
        return self._answered(result), self.cost

    def _caller(self) -> Caller:
        if self.match.route.auth is Auth.NONE:
            return Caller(_NOBODY, self.request.remote)
        caller = identify(self.state, self.request, self.dialect, self.now)
        if self.match.route.auth is Auth.BEARER and caller.account is None:
            raise Refusal(401, "Authentication required", charged=False)
        return caller

    def _admit(self, caller: Caller) -> None:
        route = self.match.route
        if route.auth is Auth.NONE:
            return
        upload, post = route.cost is None, self.request.method == "POST"
        self.purse = purse_for(self.state.limits, caller, post=post, upload=upload, now=self.now)
        try:
            admit(self.state.limits, self.purse, self._price(), self.dialect, self.now)
        except Refusal as refusal:
            self.state.truth.refusals += 1
            refusal.charged = False
            raise

    def _forced(self) -> Response | None:
        """The canned answer that a fault puts in the place of the true one."""
        fault = self.request.fault
        response = canned(fault, self.request, self.dialect) if fault else None
        if response is None:
            return None
        headers = stock_headers(self.dialect) | self._rates() | dict(response.headers)
        if fault is not None and fault.name == "edge-forbidden":
            headers = stock_headers(self.dialect) | dict(response.headers)
        return replace(response, headers=headers)

    def _check_fields(self) -> None:
        route, request = self.match.route, self.request
        known = _FIELDS_OF_EVERY_CALL | set(route.fields)
        sent = [name for name, _ in (*request.query, *request.form)]
        if request.upload is not None:
            sent += [] if route.upload_field else [request.upload.field]
        unknown = sorted({name for name in sent if not _is_known(name, known)})
        if not unknown:
            return
        for name in unknown:
            said = f"{route.method} {route.path}: {name}"
            self.state.truth.unknown_fields.append(said)
            log.warning("unknown field: %s", said)
        raise Refusal(
            400,
            f"The sandbox does not know the field {', '.join(map(repr, unknown))}"
            f" of {route.method} {route.path}",
            charged=False,
        )

    def _call(self, caller: Caller) -> Call:
        return Call(
            state=self.state,
            request=self.request,
            now=self.now,
            caller=caller,
            dialect=self.dialect,
            links=self.links,
            args=self.match.args,
            rest=self.match.rest,
        )

    def _price(self) -> int:
        cost = self.match.route.cost
        if cost is not None:
            return cost
        return 10 if self.dialect is Dialect.CLASSIC else self.state.switches.upload_cost_new

    def _charge(self, cost: int) -> None:
        if self.purse is not None:
            self.state.limits.spend(self.purse, cost, self.now)
            self.cost = cost

    def _rates(self) -> dict[str, str]:
        return {} if self.purse is None else rate_headers(self.purse, self.dialect, self.now)

    def _refused(self, refusal: Refusal) -> Response:
        if refusal.charged and self.match.route.cost is not None:
            self._charge(self.match.route.cost)
        document = error_document(refusal, self.request, self.dialect)
        headers = {} if refusal.status in _WITHOUT_RATES else self._rates()
        return finish(document, refusal.status, self.request, self.dialect, headers)

    def _answered(self, result: object) -> Response:
        if isinstance(result, Response):
            return result
        answer = result if isinstance(result, Answer) else Answer(result)
        headers = self._rates() if answer.rate_headers else {}
        if answer.cache_s:
            headers["Cache-Control"] = f"max-age={answer.cache_s}, public"
        data = answer.data
        if answer.disguised:
            data = {"error": answer.disguised, **asked(self.request)}
        document = wrap(data, 200, self.dialect, success=True) if answer.wrapped else data
        assert isinstance(document, dict)  # noqa: S101 - an endpoint without an envelope gives a dict
        return finish(document, HTTPStatus.OK, self.request, self.dialect, headers)


def _is_known(name: str, known: set[str]) -> bool:
    """Whether a field is in the row; ``ids[]`` stands for ``ids``, ``ids[]`` and ``ids[3]``."""
    if name in known:
        return True
    base, bracket, _ = name.partition("[")
    return f"{base}[]" in known and (bracket == "[" or name == base)
