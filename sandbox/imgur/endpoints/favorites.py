"""Keeping items: the toggle that images, albums and posts share."""

from sandbox.imgur.calls import Call
from sandbox.imgur.people import Favorite


def toggle(call: Call, item_id: str) -> str:
    """Keep the item, or no longer; says which it was."""
    me = call.me
    if any(kept.item_id == item_id for kept in me.favorites):
        me.favorites = [kept for kept in me.favorites if kept.item_id != item_id]
        return "unfavorited"
    me.favorites.append(Favorite(item_id, call.now))
    return "favorited"
