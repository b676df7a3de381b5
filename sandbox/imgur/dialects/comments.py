"""A remark as Imgur writes it. Pure.

Source: https://api.imgur.com/models/comment, and recorded answers.
"""

from sandbox.imgur.calls import Call
from sandbox.imgur.dialects.albums import cover_of
from sandbox.imgur.dialects.images import owner_name
from sandbox.imgur.records import Comment


def comment_json(call: Call, comment: Comment, *, threaded: bool = True) -> dict[str, object]:
    """A remark, with the answers to it when ``threaded``."""
    post = call.state.posts.get(comment.post_id)
    album = call.state.album(comment.post_id) if post and post.is_album else None
    cover = cover_of(call, album) if album else None
    ups = comment.ups + sum(vote == "up" for vote in comment.votes.values())
    downs = comment.downs + sum(vote == "down" for vote in comment.votes.values())
    me = call.caller.account
    return {
        "id": comment.id,
        "image_id": comment.post_id,
        "comment": comment.text,
        "author": "[deleted]" if comment.deleted else owner_name(call, comment.account_id),
        "author_id": 0 if comment.deleted else comment.account_id,
        "on_album": album is not None,
        "album_cover": cover.id if cover else None,
        "ups": ups,
        "downs": downs,
        "points": ups - downs,
        "datetime": int(comment.created_at.timestamp()),
        "parent_id": comment.parent_id,
        "deleted": comment.deleted,
        "vote": comment.votes.get(me.id) if me else None,
        "platform": comment.platform,
        "has_admin_badge": False,
        "children": _children(call, comment) if threaded else [],
    }


def _children(call: Call, comment: Comment) -> list[object]:
    answers = [c for c in call.state.comments.values() if c.parent_id == comment.id]
    return [comment_json(call, answer) for answer in answers]
