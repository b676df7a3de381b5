"""Conversations and notifications, as far as old clients still ask for them.

Source: https://api.imgur.com/endpoints/conversation and notification (no longer in the current
documentation; whether they still answer is not known).
"""

from sandbox.imgur.calls import Auth, Call, Refusal, Route
from sandbox.imgur.dialects.people import (
    conversation_json,
    message_json,
    notification_json,
)
from sandbox.imgur.people import Conversation, Message, Notification

_PAGE = 25


def list_conversations(call: Call) -> object:
    """The caller's conversations, the latest first."""
    mine = [c for c in call.state.conversations.values() if _shown(call, c)]
    latest = sorted(mine, key=lambda c: c.messages[-1].sent_at, reverse=True)
    return [conversation_json(call, conversation) for conversation in latest]


def get_conversation(call: Call) -> object:
    """One of them with a page of its messages."""
    conversation = _found(call)
    numbers = [int(part) for part in call.rest if part.isdigit()]
    page = numbers[0] if numbers else 1
    newest = list(reversed(conversation.messages))
    shown = newest[max(0, page - 1) * _PAGE : max(1, page) * _PAGE]
    return conversation_json(call, conversation) | {
        "messages": [message_json(call, conversation, message) for message in shown],
        "done": len(newest) <= max(1, page) * _PAGE,
        "page": page,
    }


def send_message(call: Call) -> object:
    """Write to somebody."""
    recipient = call.state.account_named(call.args["who"])
    if recipient is None:
        raise Refusal(404, "User not found")
    if not call.param("body").strip():
        raise Refusal(400, "A message body is required.")
    if not recipient.messaging_enabled or call.me.url in recipient.blocked_users:
        raise Refusal(403, "Permission denied")
    conversation = _between(call, call.me.id, recipient.id)
    message = Message(call.state.new_number(), call.me.id, call.param("body"), call.now)
    conversation.messages.append(message)
    conversation.hidden_from.clear()
    number = call.state.new_number()
    told = Notification(number, recipient.id, "message", conversation.id)
    call.state.notifications[number] = told
    return True


def delete_conversation(call: Call) -> object:
    """Show it to the caller no longer."""
    _found(call).hidden_from.append(call.me.id)
    return True


def report_sender(call: Call) -> object:
    """Report somebody; nobody reads it here."""
    if call.state.account_named(call.args["username"]) is None:
        raise Refusal(404, "User not found")
    return True


def block_sender(call: Call) -> object:
    """Block somebody."""
    account = call.state.account_named(call.args["username"])
    if account is None:
        raise Refusal(404, "User not found")
    call.me.blocked_users.append(account.url)
    return True


def list_notifications(call: Call) -> object:
    """The caller's notifications, the unseen ones unless ``new`` is false."""
    return {"replies": _told(call, "reply"), "messages": _told(call, "message")}


def list_replies(call: Call) -> object:
    """Those about answers to the caller's remarks."""
    return _told(call, "reply")


def list_message_notifications(call: Call) -> object:
    """Those about messages."""
    return _told(call, "message")


def get_notification(call: Call) -> object:
    """One of them."""
    return notification_json(call, _notification(call, call.args["id"]))


def mark_viewed(call: Call) -> object:
    """One of them has been seen."""
    _notification(call, call.args["id"]).viewed = True
    return True


def mark_all_viewed(call: Call) -> object:
    """Several have been seen."""
    for number in call.listed("ids") or []:
        _notification(call, number).viewed = True
    return True


def _told(call: Call, kind: str) -> list[object]:
    unseen_only = call.flag("new", default=True)
    mine = [n for n in call.state.notifications.values() if n.account_id == call.me.id]
    return [
        notification_json(call, notification)
        for notification in mine
        if notification.kind == kind and not (unseen_only and notification.viewed)
    ]


def _notification(call: Call, number: str) -> Notification:
    found = call.state.notifications.get(int(number)) if number.isdigit() else None
    if found is None or found.account_id != call.me.id:
        raise Refusal(404, "Notification not found")
    return found


def _found(call: Call) -> Conversation:
    number = call.args["who"]
    found = call.state.conversations.get(int(number)) if number.isdigit() else None
    if found is None or not _shown(call, found):
        raise Refusal(404, "Conversation not found")
    return found


def _shown(call: Call, conversation: Conversation) -> bool:
    me = call.me.id
    return me in conversation.members and me not in conversation.hidden_from


def _between(call: Call, first: int, second: int) -> Conversation:
    for conversation in call.state.conversations.values():
        if set(conversation.members) == {first, second}:
            return conversation
    conversation = Conversation(call.state.new_number(), (first, second))
    call.state.conversations[conversation.id] = conversation
    return conversation


_TALK = "/3/conversations"
_TOLD = "/3/notification"
_ACCOUNT = "/3/account/{username}/notifications"

ROUTES = (
    Route("GET", _TALK, list_conversations, Auth.BEARER),
    Route("GET", f"{_TALK}/{{who}}/*", get_conversation, Auth.BEARER),
    Route("POST", f"{_TALK}/{{who}}", send_message, Auth.BEARER, ("body",)),
    Route("DELETE", f"{_TALK}/{{who}}", delete_conversation, Auth.BEARER),
    Route("POST", f"{_TALK}/report/{{username}}", report_sender, Auth.BEARER),
    Route("POST", f"{_TALK}/block/{{username}}", block_sender, Auth.BEARER),
    Route("POST", "/3/account/{who}/message", send_message, Auth.BEARER, ("body",)),
    Route("GET", _TOLD, list_notifications, Auth.BEARER, ("new",)),
    Route("POST", _TOLD, mark_all_viewed, Auth.BEARER, ("ids[]",)),
    Route("GET", f"{_TOLD}/{{id}}", get_notification, Auth.BEARER),
    Route("PUT", f"{_TOLD}/{{id}}", mark_viewed, Auth.BEARER),
    Route("POST", f"{_TOLD}/{{id}}", mark_viewed, Auth.BEARER),
    Route("DELETE", f"{_TOLD}/{{id}}", mark_viewed, Auth.BEARER),
    Route("GET", _ACCOUNT, list_notifications, Auth.BEARER, ("new",)),
    Route("GET", f"{_ACCOUNT}/replies", list_replies, Auth.BEARER, ("new",)),
    Route("GET", f"{_ACCOUNT}/messages", list_message_notifications, Auth.BEARER, ("new",)),
)
