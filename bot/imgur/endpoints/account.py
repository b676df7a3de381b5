"""Accounts: profile, settings, and what they hold.

``"me"`` stands for the account whose token is used. Lists of images, albums and comments have 50
entries a page, of favourites and submissions 60.
Source: https://apidocs.imgur.com/#account
"""

from bot.imgur.endpoints.base import Endpoints, Fields
from bot.imgur.models import Album, GalleryItem, Image
from bot.imgur.people import (
    Account,
    AccountSettings,
    Avatar,
    Avatars,
    BlockList,
    BlockState,
    Comment,
    GalleryProfile,
    ReplyNotification,
)

Items = tuple[GalleryItem, ...]


class AccountEndpoints(Endpoints):
    """Calls about accounts."""

    async def get(self, username: str = "me") -> Account:
        """An account as everybody sees it."""
        return await self._read(Account, "GET", "/3/account/{username}", username)

    async def gallery_profile(self, username: str = "me") -> GalleryProfile:
        """What an account did in the gallery, and its trophies."""
        return await self._read(
            GalleryProfile, "GET", "/3/account/{username}/gallery_profile", username
        )

    async def available_avatars(self, username: str = "me") -> Avatars:
        """The avatars that an account may choose from."""
        return await self._read(Avatars, "GET", "/3/account/{username}/available_avatars", username)

    async def avatar(self, username: str = "me") -> Avatar:
        """The account's avatar."""
        return await self._read(Avatar, "GET", "/3/account/{username}/avatar", username)

    # --- settings -----------------------------------------------------------------------------

    async def settings(self) -> AccountSettings:
        """The own settings; they hold an e-mail address."""
        return await self._read(AccountSettings, "GET", "/3/account/me/settings")

    async def change_settings(
        self,
        *,
        bio: str | None = None,
        public_images: bool | None = None,
        messaging_enabled: bool | None = None,
        accepted_gallery_terms: bool | None = None,
        username: str | None = None,
        show_mature: bool | None = None,
        newsletter_subscribed: bool | None = None,
        avatar: str | None = None,
        album_privacy: str | None = None,
    ) -> None:
        """Change the own settings; what is not given stays.

        Args:
            avatar: By name, such as ``flavor/taco``.
        """
        fields: Fields = {
            "bio": bio,
            "public_images": public_images,
            "messaging_enabled": messaging_enabled,
            "accepted_gallery_terms": accepted_gallery_terms,
            "username": username,
            "show_mature": show_mature,
            "newsletter_subscribed": newsletter_subscribed,
            "avatar": avatar,
            "album_privacy": album_privacy,
        }
        await self._do("PUT", "/3/account/{username}/settings", "me", form=fields)

    async def is_email_verified(self) -> bool:
        """Whether the own e-mail address was verified."""
        return await self._read(bool, "GET", "/3/account/{username}/verifyemail", "me")

    async def send_verification_email(self) -> None:
        """Have the e-mail sent that verifies the own address."""
        await self._do("POST", "/3/account/{username}/verifyemail", "me")

    # --- favourites and submissions -----------------------------------------------------------

    async def gallery_favorites(
        self, username: str = "me", *, page: int = 0, sort: str = "newest"
    ) -> Items:
        """A page of an account's favourites in the gallery.

        Args:
            sort: ``"newest"`` or ``"oldest"``.
        """
        return await self._read(
            Items,
            "GET",
            "/3/account/{username}/gallery_favorites/{page}/{sort}",
            username,
            page,
            sort,
        )

    async def favorites(self, *, page: int = 0, sort: str = "newest") -> Items:
        """A page of the own favourites, also from outside the gallery."""
        return await self._read(
            Items, "GET", "/3/account/{username}/favorites/{page}/{sort}", "me", page, sort
        )

    async def folder_favorites(self, username: str, folder_id: int, *, page: int = 0) -> Items:
        """A page of a folder of favourites, as Imgur's own site asks for it."""
        query: Fields = {"page": page, "sort": "newest"}
        return await self._read(
            Items,
            "GET",
            "/3/account/{username}/folders/{folder_id}/favorites",
            username,
            folder_id,
            query=query,
        )

    async def submissions(
        self, username: str = "me", *, page: int = 0, sort: str = "newest"
    ) -> Items:
        """A page of what an account put into the gallery.

        Args:
            sort: ``"newest"``, ``"oldest"``, ``"worst"`` or ``"best"``.
        """
        return await self._read(
            Items, "GET", "/3/account/{username}/submissions/{page}/{sort}", username, page, sort
        )

    # --- albums -------------------------------------------------------------------------------

    async def albums(
        self, username: str = "me", *, page: int = 0, per_page: int | None = None
    ) -> tuple[Album, ...]:
        """A page of an account's albums, without their images.

        Args:
            per_page: At most 100.
        """
        query: Fields = {"perPage": per_page}
        return await self._read(
            tuple[Album, ...],
            "GET",
            "/3/account/{username}/albums/{page}",
            username,
            page,
            query=query,
        )

    async def album(self, album_id: str, username: str = "me") -> Album:
        """One album of an account."""
        return await self._read(
            Album, "GET", "/3/account/{username}/album/{album_id}", username, album_id
        )

    async def album_ids(self, username: str = "me", *, page: int = 0) -> tuple[str, ...]:
        """A page of the ids of an account's albums."""
        return await self._read(
            tuple[str, ...], "GET", "/3/account/{username}/albums/ids/{page}", username, page
        )

    async def album_count(self, username: str = "me") -> int:
        """How many albums an account has."""
        return await self._read(int, "GET", "/3/account/{username}/albums/count", username)

    async def delete_album(self, album_id: str) -> None:
        """Delete an own album."""
        await self._do("DELETE", "/3/account/{username}/album/{album_id}", "me", album_id)

    # --- comments -----------------------------------------------------------------------------

    async def comments(
        self, username: str = "me", *, sort: str = "newest", page: int = 0
    ) -> tuple[Comment, ...]:
        """A page of an account's comments.

        Args:
            sort: ``"best"``, ``"worst"``, ``"oldest"`` or ``"newest"``.
        """
        return await self._read(
            tuple[Comment, ...],
            "GET",
            "/3/account/{username}/comments/{sort}/{page}",
            username,
            sort,
            page,
        )

    async def comment(self, comment_id: int, username: str = "me") -> Comment:
        """One comment of an account."""
        return await self._read(
            Comment, "GET", "/3/account/{username}/comment/{comment_id}", username, comment_id
        )

    async def comment_ids(
        self, username: str = "me", *, sort: str = "newest", page: int = 0
    ) -> tuple[int, ...]:
        """A page of the numbers of an account's comments."""
        return await self._read(
            tuple[int, ...],
            "GET",
            "/3/account/{username}/comments/ids/{sort}/{page}",
            username,
            sort,
            page,
        )

    async def comment_count(self, username: str = "me") -> int:
        """How many comments an account wrote."""
        return await self._read(int, "GET", "/3/account/{username}/comments/count", username)

    async def delete_comment(self, comment_id: int) -> None:
        """Delete an own comment."""
        await self._do("DELETE", "/3/account/{username}/comment/{comment_id}", "me", comment_id)

    # --- images -------------------------------------------------------------------------------

    async def images(self, *, page: int = 0, per_page: int | None = None) -> tuple[Image, ...]:
        """A page of the own images, with deletehash and name.

        Args:
            per_page: At most 100.
        """
        query: Fields = {"perPage": per_page}
        return await self._read(
            tuple[Image, ...], "GET", "/3/account/{username}/images/{page}", "me", page, query=query
        )

    async def image(self, image_id: str) -> Image:
        """One own image."""
        return await self._read(
            Image, "GET", "/3/account/{username}/image/{image_id}", "me", image_id
        )

    async def image_ids(self, *, page: int = 0) -> tuple[str, ...]:
        """A page of the ids of the own images."""
        return await self._read(
            tuple[str, ...], "GET", "/3/account/{username}/images/ids/{page}", "me", page
        )

    async def image_count(self) -> int:
        """How many images the account has."""
        return await self._read(int, "GET", "/3/account/{username}/images/count", "me")

    async def delete_image(self, deletehash: str) -> None:
        """Delete an own image."""
        await self._do("DELETE", "/3/account/{username}/image/{deletehash}", "me", deletehash)

    # --- follows, blocks, notifications -------------------------------------------------------

    async def follow_tag(self, tag: str) -> None:
        """Follow a tag."""
        await self._do("POST", "/3/account/me/follow/tag/{tag}", tag)

    async def unfollow_tag(self, tag: str) -> None:
        """Stop following a tag."""
        await self._do("DELETE", "/3/account/me/follow/tag/{tag}", tag)

    async def block_state(self, username: str) -> BlockState:
        """Whether an account is blocked."""
        return await self._read(BlockState, "GET", "/account/v1/{username}/block", username)

    async def block(self, username: str) -> None:
        """Block an account."""
        await self._do("POST", "/account/v1/{username}/block", username)

    async def unblock(self, username: str) -> None:
        """Stop blocking an account."""
        await self._do("DELETE", "/account/v1/{username}/block", username)

    async def blocked(self) -> BlockList:
        """Whom the account blocks."""
        return await self._read(BlockList, "GET", "/3/account/me/block")

    async def replies(self, *, new: bool = True) -> tuple[ReplyNotification, ...]:
        """Who answered; only what was not looked at, or all."""
        query: Fields = {"new": new}
        return await self._read(
            tuple[ReplyNotification, ...],
            "GET",
            "/3/account/{username}/notifications/replies",
            "me",
            query=query,
        )
