"""Votes on gallery items and on comments; ``veto`` takes a vote back.

Source: https://apidocs.imgur.com/#gallery and #comment
"""

from sandbox.imgur.calls import Auth, Call, Refusal, Route
from sandbox.imgur.endpoints.comments import find_comment
from sandbox.imgur.endpoints.gallery import find
from sandbox.imgur.records import Vote


def get_votes(call: Call) -> object:
    """Everybody's votes on an item."""
    post = find(call, call.args["id"])
    return {"ups": post.all_ups, "downs": post.all_downs}


def vote_on_item(call: Call) -> object:
    """Vote on an item; the same again changes nothing."""
    _cast(call, find(call, call.args["id"]).votes)
    return True


def vote_on_comment(call: Call) -> object:
    """Vote on a remark."""
    comment = find_comment(call, call.args["comment"])
    if comment is None:
        raise Refusal(404, "Comment not found")
    _cast(call, comment.votes)
    return True


def _cast(call: Call, votes: dict[int, Vote]) -> None:
    match call.args["vote"]:
        case "up":
            votes[call.me.id] = "up"
        case "down":
            votes[call.me.id] = "down"
        case "veto":
            votes.pop(call.me.id, None)
        case _:
            raise Refusal(400, "Invalid vote")


ROUTES = (
    Route("GET", "/3/gallery/{id}/votes", get_votes),
    Route("POST", "/3/gallery/{id}/vote/{vote}", vote_on_item, Auth.BEARER),
    Route("POST", "/3/comment/{comment}/vote/{vote}", vote_on_comment, Auth.BEARER),
)
