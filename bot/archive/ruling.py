"""Which rule of automatic uploads is about an old message."""

from collections.abc import Sequence
from typing import Protocol

from bot.archive.plan import Archive, Page, PastPost
from bot.autoupload.channels import AutoChannels
from bot.autoupload.rules import AutoRule


class Members(Protocol):
    """Knows members; messages that are read back do not say their authors' roles."""

    async def roles_of(self, guild_id: int, user_id: int) -> Sequence[int]:
        """A member's roles, the highest first; none for who has left.

        Raises:
            DiscordUnreachableError: Not at present.
        """
        ...


class Ruling:
    """Finds the rules for the posts of one page; asks for each author's roles once at most."""

    def __init__(
        self, channels: AutoChannels, members: Members, archive: Archive, page: Page
    ) -> None:
        self._channels = channels
        self._members = members
        self._guild_id = archive.guild_id
        self._of_place = channels.find(*page.place_ids)
        self._of_author: dict[int, AutoRule | None] = {}

    async def rule_for(self, post: PastPost) -> AutoRule | None:
        """The rule for a post, the most particular one; places come before roles."""
        if self._of_place is not None or not self._channels.has_role_rules(self._guild_id):
            return self._of_place
        if not post.is_from_person or not post.sources:
            return None
        if post.author_id not in self._of_author:
            roles = await self._members.roles_of(self._guild_id, post.author_id)
            self._of_author[post.author_id] = self._channels.find(*roles)
        return self._of_author[post.author_id]
