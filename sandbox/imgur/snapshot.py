"""What the sandbox holds, as one JSON-ready document. Pure.

It shows secrets of the sandbox (deletehashes never, tokens never; the demo client's secret yes).
"""

from datetime import datetime

from sandbox.imgur.calls import Links
from sandbox.imgur.dialects.images import file_link
from sandbox.imgur.limits import Pool, window_s
from sandbox.imgur.people import Account
from sandbox.imgur.records import Album, Image
from sandbox.imgur.state import State
from sandbox.imgur.world import Entry, World

Document = dict[str, object]


def snapshot(world: World, now: datetime, *, pictures: int | None = None) -> Document:
    """Everything that ``GET /sandbox/state`` answers.

    Args:
        now: The real time.
        pictures: How many pictures at most, newest first; ``None`` for all.
    """
    state, at = world.state, world.time(now)
    uploaded = state.uploads()
    newest = sorted(uploaded, key=lambda image: image.created_at, reverse=True)
    return {
        "url": world.public_url,
        "time": at.isoformat(),
        "switches": _switches(state),
        "counts": {
            "pictures": len(uploaded),
            "albums": sum(not album.deleted for album in state.albums.values()),
            "gallery": len(state.posts),
            "comments": len(state.comments),
        },
        "pictures": [_picture(state, image, world.links) for image in newest[:pictures]],
        "albums": [_album(state, album, world.links) for album in _own_albums(state)],
        "accounts": [_account(state, account) for account in state.accounts.values()],
        "applications": [
            {
                "client_id": application.client_id,
                "secret": application.secret,
                "name": application.name,
                "callback_url": application.callback_url,
            }
            for application in state.applications.values()
        ],
        "limits": dict(state.limits.limits),
        "pools": [_pool(pool, at) for pool in state.limits.pools.values()],
        "truth": _truth(state),
        "faults": faults(world),
        "requests": [_entry(entry) for entry in reversed(world.entries)],
    }


def faults(world: World) -> list[Document]:
    """The armed faults, oldest first."""
    return [
        {
            "fault": str(armed.fault),
            "method": armed.method,
            "path": armed.path,
            "times": armed.times,
            "skip": armed.skip,
        }
        for armed in world.armoury.armed
    ]


def _switches(state: State) -> Document:
    switches = state.switches
    return {name: getattr(switches, name) for name in switches.__slots__}


def _picture(state: State, image: Image, links: Links) -> Document:
    owner = state.accounts.get(image.account_id) if image.account_id is not None else None
    return {
        "id": image.id,
        "link": file_link(image, links),
        "page": f"{links.pages}/{image.id}",
        "thumbnail": f"{links.pages}/{image.id}m.jpg",
        "type": image.type,
        "size_bytes": image.size_bytes,
        "sha256": image.blob.sha256,
        "width": image.width,
        "height": image.height,
        "title": image.title,
        "description": image.description,
        "name": image.name,
        "account": owner.url if owner else None,
        "album_ids": [a.id for a in state.albums.values() if image.id in a.image_ids],
        "created": image.created_at.isoformat(),
        "in_gallery": image.id in state.posts,
        "processing": image.polls_left > 0,
    }


def _own_albums(state: State) -> list[Album]:
    """Albums that people made; the gallery's own are left out."""
    drawn = {image.id for image in state.images.values() if image.drawn}
    made = (album for album in state.albums.values() if not album.deleted)
    return [a for a in made if not a.image_ids or not drawn.issuperset(a.image_ids)]


def _album(state: State, album: Album, links: Links) -> Document:
    owner = state.accounts.get(album.account_id) if album.account_id is not None else None
    return {
        "id": album.id,
        "link": f"{links.pages}/a/{album.id}",
        "title": album.title,
        "account": owner.url if owner else None,
        "image_ids": list(album.image_ids),
        "created": album.created_at.isoformat(),
    }


def _account(state: State, account: Account) -> Document:
    living = {
        t.client_id for t in state.tokens if t.account_id == account.id and not t.refresh_dead
    }
    return {
        "id": account.id,
        "url": account.url,
        "choosable": account.choosable,
        "pictures": sum(
            i.account_id == account.id and not i.deleted and not i.drawn
            for i in state.images.values()
        ),
        "favorites": len(account.favorites),
        "applications": [state.applications[client_id].name for client_id in sorted(living)],
    }


def _pool(pool: Pool, at: datetime) -> Document:
    pool.roll(at)
    return {
        "kind": pool.kind,
        "owner": pool.owner,
        "limit": pool.limit,
        "remaining": pool.remaining,
        "reset_in_s": pool.reset_in_s(at),
        "window_s": window_s(pool.kind),
        "open": pool.opened_at is not None,
        "spent_ever": pool.spent_ever,
        "lowest": pool.lowest,
        "refusals": pool.refusals,
    }


def _truth(state: State) -> Document:
    truth = state.truth
    return {
        "requests": truth.requests,
        "uploads": truth.uploads,
        "refusals": truth.refusals,
        "strikes": sum(len(days) for days in state.limits.strikes.values()),
        "unknown_routes": list(truth.unknown_routes),
        "unknown_fields": list(truth.unknown_fields),
    }


def _entry(entry: Entry) -> Document:
    return {
        "at": entry.at.isoformat(),
        "method": entry.method,
        "path": entry.path,
        "auth": entry.auth,
        "status": entry.status,
        "cost": entry.cost,
        "fault": entry.fault,
    }
