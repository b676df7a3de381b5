"""What a linked account can do with a gallery post: vote, keep, comment. Pure."""

from collections.abc import Sequence

from discord import ui

from bot.imgur.models import GalleryItem
from bot.ui.layout import GREEN, Row, panel
from bot.ui.presses import Press
from bot.ui.safe_text import safe_text

_VOTES = {
    "up": "You voted this post up",
    "down": "You voted this post down",
    "veto": "Your vote is taken back",
}


def post_buttons(item: GalleryItem) -> Sequence[Press]:
    """The buttons below a result; anybody may press them, each for his own account."""
    kept = f"{'album' if item.is_album else 'image'}:{item.id}"
    return [
        Press("post-vote", f"up:{item.id}", label="Upvote", emoji="⬆️"),
        Press("post-vote", f"down:{item.id}", label="Downvote", emoji="⬇️"),
        Press("post-fave", kept, label="Favourite", emoji="❤️"),
        Press("post-comment", item.id, label="Comment", emoji="💬"),
    ]


def voted(post_id: str, vote: str, username: str) -> ui.LayoutView:
    """What a vote did."""
    back = Row(Press("post-vote", f"veto:{post_id}", label="Take it back"))
    text = f"{_VOTES[vote]}, as {_name(username)}."
    return panel(text, None if vote == "veto" else back, colour=GREEN)


def kept(row: str, username: str, *, is_kept: bool) -> ui.LayoutView:
    """What became of a favourite.

    Args:
        row: As the button carries it.
    """
    if not is_kept:
        return panel(f"It is no longer among {_name(username)}'s favourites.", colour=GREEN)
    text = f"It is among {_name(username)}'s favourites now; `/account favourites` lists them."
    return panel(text, Row(Press("post-unfave", row, label="Take it back")), colour=GREEN)


def commented(comment_id: str, text: str, username: str) -> ui.LayoutView:
    """What was said, and a way to take it back."""
    return panel(
        f"### Your comment is on Imgur\nAs {_name(username)}: {safe_text(text, 1000)}",
        Row(Press("post-uncomment", comment_id, label="Delete the comment")),
        colour=GREEN,
    )


def _name(username: str) -> str:
    return f"**{safe_text(username, 60)}**"
