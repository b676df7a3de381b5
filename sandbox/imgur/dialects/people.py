"""Accounts and what belongs to them, as Imgur writes them. Pure.

Source: https://api.imgur.com/models/account, account_settings, gallery_profile, notification and
conversation; types as recorded (numbers as text inside message digests).
"""

from sandbox.imgur.calls import Call
from sandbox.imgur.dialects.comments import comment_json
from sandbox.imgur.people import Account, Conversation, Message, Notification


def account_json(call: Call, account: Account) -> dict[str, object]:
    """What everybody sees of an account."""
    me = call.caller.account
    return {
        "id": account.id,
        "url": account.url,
        "bio": account.bio,
        "avatar": avatar_address(call, account),
        "avatar_name": account.avatar_name,
        "cover": f"{call.links.pages}/favicon.ico",
        "cover_name": "default/1-space",
        "reputation": account.reputation,
        "reputation_name": _reputation_name(account.reputation),
        "created": int(account.created_at.timestamp()),
        "pro_expiration": False,
        "user_follow": {"status": False},
        "is_blocked": me is not None and account.url in me.blocked_users,
    }


def avatar_address(call: Call, account: Account) -> str:
    """Where an account's avatar can be seen."""
    return f"{call.links.pages}/user/{account.url}/avatar"


def settings_json(call: Call, account: Account) -> dict[str, object]:
    """What only the account itself sees."""
    by_name = {other.url: other.id for other in call.state.accounts.values()}
    email = f"{account.url}@sandbox.invalid"
    return {
        "account_url": account.url,
        "email": email,
        "avatar": avatar_address(call, account),
        "cover": f"{call.links.pages}/favicon.ico",
        "public_images": account.public_images,
        "album_privacy": account.album_privacy,
        "pro_expiration": False,
        "accepted_gallery_terms": account.accepted_gallery_terms,
        "active_emails": [email] if account.email_verified else [],
        "messaging_enabled": account.messaging_enabled,
        "comment_replies": True,
        "blocked_users": [
            {"blocked_id": by_name[name], "blocked_url": name}
            for name in account.blocked_users
            if name in by_name
        ],
        "show_mature": account.show_mature,
        "newsletter_subscribed": account.newsletter_subscribed,
        "first_party": False,
    }


def gallery_profile_json(call: Call, account: Account) -> dict[str, object]:
    """What an account did in the gallery."""
    posts, comments = call.state.posts.values(), call.state.comments.values()
    submitted = sum(post.account_id == account.id for post in posts)
    trophy = {
        "id": 1,
        "name": "Sandbox Castle",
        "name_clean": "SandboxCastle",
        "description": "Built something in the sandbox.",
        "data": None,
        "data_link": None,
        "datetime": int(account.created_at.timestamp()),
        "image": f"{call.links.pages}/favicon.ico",
    }
    return {
        "total_gallery_comments": sum(comment.account_id == account.id for comment in comments),
        "total_gallery_favorites": len(account.favorites),
        "total_gallery_submissions": submitted,
        "trophies": [trophy] if submitted else [],
    }


def notification_json(call: Call, notification: Notification) -> dict[str, object]:
    """One notification; what it is about may be gone."""
    content: object = None
    if notification.kind == "reply" and notification.about in call.state.comments:
        content = comment_json(call, call.state.comments[notification.about])
    elif notification.about in call.state.conversations:
        content = _digest(call, call.state.conversations[notification.about])
    return {
        "id": notification.id,
        "account_id": notification.account_id,
        "viewed": notification.viewed,
        "content": content,
    }


def conversation_json(call: Call, conversation: Conversation) -> dict[str, object]:
    """A conversation as a list shows it."""
    other = call.state.accounts[conversation.other(call.me.id)]
    last = conversation.messages[-1]
    return {
        "id": conversation.id,
        "with_account": other.url,
        "with_account_id": other.id,
        "last_message_preview": last.body[:80],
        "message_count": len(conversation.messages),
        "datetime": int(last.sent_at.timestamp()),
    }


def message_json(call: Call, conversation: Conversation, message: Message) -> dict[str, object]:
    """One message."""
    return {
        "id": message.id,
        "from": call.state.accounts[message.sender_id].url,
        "account_id": call.me.id,
        "sender_id": message.sender_id,
        "body": message.body,
        "conversation_id": conversation.id,
        "datetime": int(message.sent_at.timestamp()),
    }


def _digest(call: Call, conversation: Conversation) -> dict[str, object]:
    last = conversation.messages[-1]
    return {
        "id": str(conversation.id),
        "from": call.state.accounts[last.sender_id].url,
        "account_id": str(conversation.other(last.sender_id)),
        "with_account": str(last.sender_id),
        "spam": "0",
        "message_num": str(len(conversation.messages)),
        "last_message": last.body,
        "datetime": int(last.sent_at.timestamp()),
    }


def _reputation_name(points: int) -> str:
    names = ((20_000, "Glorious"), (8_000, "Renowned"), (2_000, "Idolized"), (400, "Trusted"))
    return next((name for least, name in names if points >= least), "Neutral")
