"""Remarks: reading, writing, answering, deleting, reporting.

Source: https://apidocs.imgur.com/#comment and #gallery; the errors that call themselves successes
were recorded.
"""

from collections.abc import Iterable

from sandbox.imgur.calls import Auth, Call, Dialect, Refusal, Route
from sandbox.imgur.dialects.comments import comment_json
from sandbox.imgur.endpoints.gallery import find
from sandbox.imgur.people import Notification
from sandbox.imgur.records import Comment

#: No limit is documented; the website stops here.
LONGEST_COMMENT = 2200

_MISSING = "An error occurred while fetching the comment"


def get_comment(call: Call) -> object:
    """A remark; a missing one is a sentence inside a success."""
    comment = find_comment(call, call.args["comment"])
    return comment_json(call, comment, threaded=False) if comment else _MISSING


def get_replies(call: Call) -> object:
    """A remark with the answers to it."""
    comment = find_comment(call, call.args["comment"])
    return comment_json(call, comment) if comment else _MISSING


def create_comment(call: Call) -> object:
    """Remark on an item, or answer where ``parent_id`` says so."""
    parent = call.param("parent_id")
    return _written(call, call.param("image_id"), int(parent) if parent.isdigit() else 0)


def create_reply(call: Call) -> object:
    """Answer a remark."""
    return _written(call, call.param("image_id"), _number(call.args["comment"]))


def create_item_comment(call: Call) -> object:
    """Remark on the item that the path names."""
    return _written(call, call.args["id"], 0)


def create_item_reply(call: Call) -> object:
    """Answer a remark below the item that the path names."""
    return _written(call, call.args["id"], _number(call.args["comment"]))


def delete_comment(call: Call) -> object:
    """Take back one's own remark."""
    comment = find_comment(call, call.args["comment"])
    if comment is None:
        raise Refusal(404, "Comment not found")
    if comment.account_id != call.me.id:
        raise Refusal(403, "Unauthorized")
    comment.deleted, comment.text = True, "[deleted]"
    return True if call.dialect is Dialect.CLASSIC else {"id": comment.id}


def report_comment(call: Call) -> object:
    """Report a remark; nobody reads it here."""
    if find_comment(call, call.args["comment"]) is None:
        raise Refusal(404, "Comment not found")
    return None if call.dialect is Dialect.CLASSIC else True


def list_comments(call: Call) -> object:
    """An item's remarks as threads; unknown sorts are taken as ``best``."""
    post = find(call, call.args["id"])
    tops = [c for c in of_post(call, post.id) if c.parent_id == 0]
    sort = call.rest[0] if call.rest else "best"
    return [comment_json(call, comment) for comment in sorted_comments(tops, sort)]


def get_item_comment(call: Call) -> object:
    """One remark below an item."""
    find(call, call.args["id"])
    return get_comment(call)


def list_comment_ids(call: Call) -> object:
    """The ids of an item's remarks."""
    return [comment.id for comment in of_post(call, find(call, call.args["id"]).id)]


def count_comments(call: Call) -> object:
    """How many remarks an item has."""
    return len(of_post(call, find(call, call.args["id"]).id))


def find_comment(call: Call, comment_id: str) -> Comment | None:
    """A remark that is still there."""
    comment = call.state.comments.get(_number(comment_id))
    return None if comment is None or comment.deleted else comment


def of_post(call: Call, post_id: str) -> list[Comment]:
    """An item's remarks."""
    return [comment for comment in call.state.comments.values() if comment.post_id == post_id]


def sorted_comments(comments: Iterable[Comment], sort: str) -> list[Comment]:
    """Remarks in the wanted order."""
    if sort in {"new", "newest", "oldest"}:
        newest_first = sort != "oldest"
        return sorted(comments, key=lambda comment: comment.created_at, reverse=newest_first)
    return sorted(comments, key=lambda c: c.ups - c.downs, reverse=sort != "worst")


def _written(call: Call, post_id: str, parent_id: int) -> object:
    text = call.param("comment").strip()
    if not post_id or not text:
        raise Refusal(400, "An image ID and a comment are required.")
    if len(text) > LONGEST_COMMENT:
        raise Refusal(400, "Comment is too long.")
    post = find(call, post_id)
    parent = call.state.comments.get(parent_id)
    if parent_id and parent is None:
        raise Refusal(404, "Comment not found")
    comment = Comment(
        id=call.state.new_number(),
        post_id=post.id,
        text=text,
        account_id=call.me.id,
        created_at=call.now,
        parent_id=parent_id,
        platform="api",
    )
    call.state.comments[comment.id] = comment
    if parent is not None:
        _tell(call, parent.account_id, comment)
    return {"id": comment.id}


def _tell(call: Call, account_id: int, comment: Comment) -> None:
    number = call.state.new_number()
    notification = Notification(number, account_id, "reply", comment.id)
    call.state.notifications[number] = notification


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


_WRITE = ("image_id", "comment", "parent_id")
_ITEM = "/3/gallery/{id}"

ROUTES = (
    Route("POST", "/3/comment", create_comment, Auth.BEARER, _WRITE),
    Route("GET", "/3/comment/{comment}", get_comment),
    Route("POST", "/3/comment/{comment}", create_reply, Auth.BEARER, _WRITE),
    Route("DELETE", "/3/comment/{comment}", delete_comment, Auth.BEARER),
    Route("GET", "/3/comment/{comment}/replies", get_replies),
    Route("POST", "/3/comment/{comment}/report", report_comment, Auth.BEARER, ("reason",)),
    Route("GET", f"{_ITEM}/comments/ids", list_comment_ids),
    Route("GET", f"{_ITEM}/comments/count", count_comments),
    Route("GET", f"{_ITEM}/comments/*", list_comments),
    Route("GET", f"{_ITEM}/comment/{{comment}}", get_item_comment),
    Route("POST", f"{_ITEM}/comment", create_item_comment, Auth.BEARER, ("comment",)),
    Route("POST", f"{_ITEM}/comment/{{comment}}", create_item_reply, Auth.BEARER, ("comment",)),
)
