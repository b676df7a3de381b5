"""The admin calls' meaning: each takes its JSON as a record and changes the world. Pure.

The records are the documentation of what each call takes; see ``sandbox/imgur/admin.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from sandbox.imgur.endpoints.oauth import end_access
from sandbox.imgur.faults import Armed, parse
from sandbox.imgur.genesis import add_account, new_state
from sandbox.imgur.limits import Kind, Pool
from sandbox.imgur.people import DEMO_CLIENT_ID, Application, Token
from sandbox.imgur.state import Profile
from sandbox.imgur.world import World

Document = dict[str, object]


class CommandError(Exception):
    """The command cannot be carried out; the message says why."""


class SetCredits(msgspec.Struct, forbid_unknown_fields=True):
    """Sets pools of one kind: the named owner's, else all there are and all to come.

    With no pool of the kind yet, the usual caller's is opened: 127.0.0.1 with the demo application.
    """

    pool: Kind
    owner: str = ""
    remaining: int | None = None
    limit: int | None = None
    reset_in_s: int | None = None


class MoveClock(msgspec.Struct, forbid_unknown_fields=True):
    """Moves the world's time forward."""

    advance_s: float


class AddAccount(msgspec.Struct, forbid_unknown_fields=True):
    """Adds somebody who can be chosen on the authorise page."""

    url: str
    bio: str | None = None


class AddApplication(msgspec.Struct, forbid_unknown_fields=True):
    """Registers an application, or changes a registered one."""

    name: str = ""
    client_id: str = ""
    secret: str = ""
    callback_url: str = ""


class IssueTokens(msgspec.Struct, forbid_unknown_fields=True):
    """Gives tokens without the authorise page."""

    account: str
    application: str = DEMO_CLIENT_ID


class Revoke(msgspec.Struct, forbid_unknown_fields=True):
    """Ends an application's access to an account; without an application, everybody's."""

    account: str
    application: str = ""


class SetOAuth(msgspec.Struct, forbid_unknown_fields=True):
    """How OAuth behaves; what is left out stays."""

    closed: Literal["", "page", "capacity"] | None = None
    expires_in_s: int | None = None
    rotate_refresh: bool | None = None
    old_access_lives: bool | None = None


class SetProfile(msgspec.Struct, forbid_unknown_fields=True):
    """How the API and the image host behave; what is left out stays."""

    profile: Profile | None = None
    upload_cost_new: int | None = None
    polls_needed: int | None = None
    region_refused: bool | None = None
    strict_image_host: bool | None = None


class FaultMatch(msgspec.Struct, forbid_unknown_fields=True):
    """Which requests a fault is for; ``path`` may hold ``*``."""

    method: str = ""
    path: str = ""


class ArmFault(msgspec.Struct, forbid_unknown_fields=True):
    """Spoils requests to come."""

    fault: str
    match: FaultMatch = msgspec.field(default_factory=FaultMatch)
    times: int | None = 1
    skip: int = 0
    delay_s: float | None = None


class RemovePicture(msgspec.Struct, forbid_unknown_fields=True):
    """Takes a picture away, as Imgur's moderators do."""

    id: str


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No particulars."""


def set_credits(world: World, command: SetCredits, now: datetime) -> Document:
    """Carry out ``POST /sandbox/credits``."""
    limits, at = world.state.limits, world.time(now)
    if command.limit is not None and not command.owner:
        limits.limits[command.pool] = command.limit
    if command.owner:
        pools = [limits.pool(command.pool, command.owner, at)]
    else:
        pools = [pool for pool in limits.pools.values() if pool.kind == command.pool]
        pools = pools or [limits.pool(command.pool, o, at) for o in _usual(world, command.pool)]
    for pool in pools:
        pool.roll(at)
        pool.put(
            at,
            remaining=command.remaining,
            limit=command.limit,
            reset_in_s=command.reset_in_s,
        )
    return {"pools": [_brief(pool) for pool in pools]}


def move_clock(world: World, command: MoveClock, now: datetime) -> Document:
    """Carry out ``POST /sandbox/clock``."""
    if command.advance_s < 0:
        raise CommandError("time only goes forward: advance_s must not be negative")
    world.state.clock_offset_s += command.advance_s
    return {"time": world.time(now).isoformat(), "offset_s": world.state.clock_offset_s}


def create_account(world: World, command: AddAccount, now: datetime) -> Document:
    """Carry out ``POST /sandbox/accounts``."""
    if not (command.url.isalnum() and 4 <= len(command.url) <= 63):  # noqa: PLR2004 - Imgur's own
        raise CommandError("an account's name has 4 to 63 letters and digits")
    if world.state.account_named(command.url) is not None:
        raise CommandError(f"there is an account named {command.url} already")
    account = add_account(world.state, world.time(now), command.url, command.bio)
    return {"id": account.id, "url": account.url}


def put_application(world: World, command: AddApplication, _now: datetime) -> Document:
    """Carry out ``POST /sandbox/applications``."""
    known = world.state.applications
    client_id = command.client_id or world.state.new_hex(15)
    old = known.get(
        client_id, Application(client_id, world.state.new_hex(40), "An application", "")
    )
    known[client_id] = Application(
        client_id=client_id,
        secret=command.secret or old.secret,
        name=command.name or old.name,
        callback_url=command.callback_url or old.callback_url,
    )
    return {
        "client_id": client_id,
        "secret": known[client_id].secret,
        "name": known[client_id].name,
        "callback_url": known[client_id].callback_url,
    }


def issue_tokens(world: World, command: IssueTokens, now: datetime) -> Document:
    """Carry out ``POST /sandbox/tokens``."""
    state = world.state
    account = state.account_named(command.account)
    if account is None or command.application not in state.applications:
        raise CommandError("there is no such account or application")
    token = Token(
        access=state.new_hex(40),
        refresh=state.new_hex(40),
        account_id=account.id,
        client_id=command.application,
        issued_at=world.time(now),
        expires_in_s=state.switches.expires_in_s,
    )
    state.tokens.append(token)
    return {
        "access_token": token.access,
        "refresh_token": token.refresh,
        "expires_in": token.expires_in_s,
        "account_id": account.id,
        "account_username": account.url,
    }


def revoke(world: World, command: Revoke, _now: datetime) -> Document:
    """Carry out ``POST /sandbox/revoke``."""
    account = world.state.account_named(command.account)
    if account is None:
        raise CommandError(f"there is no account named {command.account}")
    return {"ended": end_access(world.state.tokens, account.id, command.application)}


def set_oauth(world: World, command: SetOAuth, _now: datetime) -> Document:
    """Carry out ``POST /sandbox/oauth``."""
    switches = world.state.switches
    if command.closed is not None:
        switches.oauth_closed = command.closed
    for name in ("expires_in_s", "rotate_refresh", "old_access_lives"):
        if (value := getattr(command, name)) is not None:
            setattr(switches, name, value)
    return {
        "closed": switches.oauth_closed,
        "expires_in_s": switches.expires_in_s,
        "rotate_refresh": switches.rotate_refresh,
        "old_access_lives": switches.old_access_lives,
    }


def set_profile(world: World, command: SetProfile, _now: datetime) -> Document:
    """Carry out ``POST /sandbox/profile``."""
    switches = world.state.switches
    names = SetProfile.__struct_fields__
    for name in names:
        if (value := getattr(command, name)) is not None:
            setattr(switches, name, value)
    return {name: getattr(switches, name) for name in names}


def arm_fault(world: World, command: ArmFault, _now: datetime) -> Document:
    """Carry out ``POST /sandbox/faults``."""
    wanted = command.fault if command.delay_s is None else f"{command.fault}:{command.delay_s}"
    try:
        fault = parse(wanted)
    except ValueError as error:
        raise CommandError(str(error)) from error
    match = command.match
    armed = Armed(fault, match.method.upper(), match.path, command.times, command.skip)
    world.armoury.armed.append(armed)
    return {"armed": str(fault)}


def remove_picture(world: World, command: RemovePicture, _now: datetime) -> Document:
    """Carry out ``POST /sandbox/remove``."""
    image = world.state.image(command.id)
    if image is None:
        raise CommandError(f"there is no picture {command.id}")
    world.state.remove_image(image)
    return {"removed": command.id}


def reset(world: World, _command: Nothing, now: datetime) -> Document:
    """Carry out ``POST /sandbox/reset``: everything as on the first day, faults disarmed."""
    demo = world.state.applications[DEMO_CLIENT_ID]
    world.state = new_state(world.state.seed, now, callback_url=demo.callback_url)
    world.armoury.armed.clear()
    world.entries.clear()
    return {"reset": True}


@dataclass(frozen=True, slots=True)
class Command:
    """One admin call."""

    takes: type[msgspec.Struct]
    run: Callable[..., Document]


#: Path below ``/sandbox/`` → what it does.
COMMANDS: dict[str, Command] = {
    "credits": Command(SetCredits, set_credits),
    "clock": Command(MoveClock, move_clock),
    "accounts": Command(AddAccount, create_account),
    "applications": Command(AddApplication, put_application),
    "tokens": Command(IssueTokens, issue_tokens),
    "revoke": Command(Revoke, revoke),
    "oauth": Command(SetOAuth, set_oauth),
    "profile": Command(SetProfile, set_profile),
    "faults": Command(ArmFault, arm_fault),
    "remove": Command(RemovePicture, remove_picture),
    "reset": Command(Nothing, reset),
}


def _usual(world: World, kind: Kind) -> list[str]:
    """The owners that a pool of that kind has for the demo application on this machine."""
    if kind == "account":
        people = [account for account in world.state.accounts.values() if account.choosable]
        return [f"{account.url}/{DEMO_CLIENT_ID}" for account in people]
    if kind == "user":
        return [f"127.0.0.1/{DEMO_CLIENT_ID}"]
    return [DEMO_CLIENT_ID] if kind == "client" else ["127.0.0.1"]


def _brief(pool: Pool) -> Document:
    return {
        "kind": pool.kind,
        "owner": pool.owner,
        "limit": pool.limit,
        "remaining": pool.remaining,
    }
