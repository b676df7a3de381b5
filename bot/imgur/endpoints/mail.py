"""Conversations and notifications; Imgur has dropped them from its docs.

Source: https://api.imgur.com/endpoints/conversation and /endpoints/notification
"""

from collections.abc import Sequence

from bot.imgur.endpoints.base import Endpoints, Fields
from bot.imgur.people import (
    Conversation,
    MessageNotification,
    Notifications,
    ReplyNotification,
)


class MailEndpoints(Endpoints):
    """Calls about what accounts write to each other."""

    async def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, without their messages."""
        return await self._read(tuple[Conversation, ...], "GET", "/3/conversations")

    async def conversation(
        self, conversation_id: int, *, page: int = 0, offset: int = 0
    ) -> Conversation:
        """One conversation with a page of its messages."""
        return await self._read(
            Conversation,
            "GET",
            "/3/conversations/{conversation_id}/{page}/{offset}",
            conversation_id,
            page,
            offset,
        )

    async def write(self, recipient: str, body: str) -> None:
        """Write to an account."""
        fields: Fields = {"body": body}
        await self._do("POST", "/3/conversations/{recipient}", recipient, form=fields)

    async def delete_conversation(self, conversation_id: int) -> None:
        """Delete a conversation."""
        await self._do("DELETE", "/3/conversations/{conversation_id}", conversation_id)

    async def report_sender(self, username: str) -> None:
        """Report somebody who writes."""
        await self._do("POST", "/3/conversations/report/{username}", username)

    async def block_sender(self, username: str) -> None:
        """Block somebody who writes."""
        await self._do("POST", "/3/conversations/block/{username}", username)

    async def notifications(self, *, new: bool = True) -> Notifications:
        """Answers and messages; only what was not looked at, or all."""
        query: Fields = {"new": new}
        return await self._read(Notifications, "GET", "/3/notification", query=query)

    async def account_notifications(self, *, new: bool = True) -> Notifications:
        """As ``notifications``, at its other address."""
        query: Fields = {"new": new}
        return await self._read(
            Notifications, "GET", "/3/account/{username}/notifications", "me", query=query
        )

    async def message_notifications(self, *, new: bool = True) -> tuple[MessageNotification, ...]:
        """As ``notifications``, messages only."""
        query: Fields = {"new": new}
        return await self._read(
            tuple[MessageNotification, ...],
            "GET",
            "/3/account/{username}/notifications/messages",
            "me",
            query=query,
        )

    async def notification(self, notification_id: int) -> ReplyNotification:
        """One notification about an answer."""
        return await self._read(
            ReplyNotification, "GET", "/3/notification/{notification_id}", notification_id
        )

    async def mark_viewed(self, notification_id: int) -> None:
        """Say that a notification was looked at."""
        await self._do("POST", "/3/notification/{notification_id}", notification_id)

    async def mark_all_viewed(self, notification_ids: Sequence[int]) -> None:
        """Say that several notifications were looked at."""
        fields: Fields = {"ids": ",".join(str(each) for each in notification_ids)}
        await self._do("POST", "/3/notification", form=fields)
