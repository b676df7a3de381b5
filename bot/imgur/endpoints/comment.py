"""Comments. Source: https://apidocs.imgur.com/#comment."""

from bot.imgur.endpoints.base import Endpoints, Fields
from bot.imgur.models import Created
from bot.imgur.people import Comment


class CommentEndpoints(Endpoints):
    """Calls about comments."""

    async def get(self, comment_id: int) -> Comment:
        """One comment, without the answers to it."""
        return await self._read(Comment, "GET", "/3/comment/{comment_id}", comment_id)

    async def replies(self, comment_id: int) -> Comment:
        """One comment, with the answers to it as ``children``."""
        return await self._read(Comment, "GET", "/3/comment/{comment_id}/replies", comment_id)

    async def create(self, post_id: str, comment: str) -> Created:
        """Comment on a post."""
        fields: Fields = {"image_id": post_id, "comment": comment}
        return await self._read(Created, "POST", "/3/comment", form=fields)

    async def reply(self, comment_id: int, post_id: str, comment: str) -> Created:
        """Answer a comment."""
        fields: Fields = {"image_id": post_id, "comment": comment}
        return await self._read(Created, "POST", "/3/comment/{comment_id}", comment_id, form=fields)

    async def delete(self, comment_id: int) -> None:
        """Delete an own comment."""
        await self._do("DELETE", "/3/comment/{comment_id}", comment_id)

    async def vote(self, comment_id: int, vote: str) -> None:
        """Vote a comment ``"up"`` or ``"down"``, or take the vote back with ``"veto"``."""
        await self._do("POST", "/3/comment/{comment_id}/vote/{vote}", comment_id, vote)

    async def report(self, comment_id: int, reason: int | None = None) -> None:
        """Report a comment; the reasons are those of posts."""
        fields: Fields = {"reason": reason}
        await self._do("POST", "/3/comment/{comment_id}/report", comment_id, form=fields)
