"""Accounts: who they are, their settings, whom they block, what they follow.

Source: https://apidocs.imgur.com/#account
"""

from sandbox.imgur.calls import Answer, Auth, Call, Refusal, Route
from sandbox.imgur.dialects.people import (
    account_json,
    avatar_address,
    gallery_profile_json,
    settings_json,
)
from sandbox.imgur.endpoints.gallery import arranged, listed
from sandbox.imgur.endpoints.tags import known_tag
from sandbox.imgur.paging import read_tail
from sandbox.imgur.people import Account

_SWITCHES = (
    "public_images",
    "messaging_enabled",
    "accepted_gallery_terms",
    "show_mature",
    "newsletter_subscribed",
)
_AVATARS = ("default/G", "flavor/taco", "flavor/cat", "flavor/robot")


def get_account(call: Call) -> object:
    """Somebody, by name or by the query's ``account_id``."""
    wanted = call.param("account_id")
    if wanted:
        account = call.state.accounts.get(int(wanted)) if wanted.isdigit() else None
        if account is None:
            raise unknown(wanted)
        return account_json(call, account)
    return account_json(call, whose(call))


def get_settings(call: Call) -> object:
    """The caller's settings."""
    return settings_json(call, own(call))


def change_settings(call: Call) -> object:
    """Set what was sent."""
    account = own(call)
    for name in _SWITCHES:
        if call.sent(name) is not None:
            setattr(account, name, call.flag(name))
    if (bio := call.sent("bio")) is not None:
        account.bio = bio or None
    if call.param("avatar"):
        account.avatar_name = call.param("avatar")
    if call.param("album_privacy"):
        account.album_privacy = call.param("album_privacy")
    if call.param("username"):
        _rename(call, account, call.param("username"))
    return True


def get_gallery_profile(call: Call) -> object:
    """What somebody did in the gallery."""
    return gallery_profile_json(call, whose(call))


def list_avatars(call: Call) -> object:
    """The avatars that there are; the account need not exist."""
    avatars = [{"name": name, "location": f"{call.links.pages}/favicon.ico"} for name in _AVATARS]
    return {
        "available_avatars": avatars,
        "available_avatars_count": len(avatars),
        "avatars_are_default": True,
    }


def get_avatar(call: Call) -> object:
    """The caller's avatar."""
    account = own(call)
    return {"avatar": avatar_address(call, account), "avatar_name": account.avatar_name}


def is_verified(call: Call) -> object:
    """Whether the caller's e-mail address is verified."""
    return own(call).email_verified


def verify_email(call: Call) -> object:
    """Send the verification mail, which verifies at once here."""
    account = own(call)
    if account.email_verified:
        raise Refusal(400, "User Previously Verified")
    account.email_verified = True
    return True


def get_block(call: Call) -> object:
    """Whether the caller blocks somebody."""
    return {"blocked": whose(call).url in call.me.blocked_users}


def block(call: Call) -> object:
    """Block somebody."""
    name = whose(call).url
    if name not in call.me.blocked_users:
        call.me.blocked_users.append(name)
    return {"blocked": True}


def unblock(call: Call) -> object:
    """Block somebody no longer."""
    name = whose(call).url
    call.me.blocked_users = [other for other in call.me.blocked_users if other != name]
    return {"blocked": False}


def list_blocked(call: Call) -> object:
    """Whom the caller blocks; comes without rate headers."""
    items = [{"url": name} for name in call.me.blocked_users]
    return Answer({"items": items, "next": None}, rate_headers=False)


def follow_tag(call: Call) -> object:
    """Follow a tag."""
    tag = known_tag(call)
    if tag.name not in call.me.followed_tags:
        call.me.followed_tags.append(tag.name)
    return True


def unfollow_tag(call: Call) -> object:
    """Follow a tag no longer."""
    tag = known_tag(call)
    if tag.name not in call.me.followed_tags:
        raise Refusal(409, "Not following tag")
    call.me.followed_tags.remove(tag.name)
    return True


def get_feed(call: Call) -> object:
    """The newest posts under the tags that the caller follows."""
    followed = set(call.me.followed_tags)
    posts = [post for post in call.state.posts.values() if followed & set(post.tags)]
    return listed(call, arranged(posts, "time"), read_tail(call, ()))


def whose(call: Call) -> Account:
    """The account that the path names; ``me`` is the caller's own.

    Raises:
        Refusal: 404 when there is none; 401 for ``me`` without a token.
    """
    name = call.args["username"]
    account = call.me if name == "me" else call.state.account_named(name)
    if account is None:
        raise unknown(name)
    return account


def own(call: Call) -> Account:
    """The account that the path names, which must be the caller's.

    Raises:
        Refusal: 403 when it is somebody else's.
    """
    account = whose(call)
    if account.id != call.me.id:
        raise Refusal(403, "Unauthorized")
    return account


def unknown(name: str) -> Refusal:
    """There is no such account; how Imgur words it was never recorded."""
    return Refusal(404, f"Unable to find an account with the username, {name}")


def _rename(call: Call, account: Account, name: str) -> None:
    if not (name.isalnum() and 4 <= len(name) <= 63):  # noqa: PLR2004 - Imgur's rule for names
        raise Refusal(400, "Invalid username")
    taken = call.state.account_named(name)
    if taken is not None and taken is not account:
        raise Refusal(400, "That username is taken")
    account.url = name


_USER = "/3/account/{username}"
_BLOCK = "/account/v1/{username}/block"
_SETTINGS = (*_SWITCHES, "bio", "avatar", "album_privacy", "username")

ROUTES = (
    Route("GET", _USER, get_account, fields=("account_id",)),
    Route("GET", f"{_USER}/settings", get_settings, Auth.BEARER),
    Route("PUT", f"{_USER}/settings", change_settings, Auth.BEARER, _SETTINGS),
    Route("POST", f"{_USER}/settings", change_settings, Auth.BEARER, _SETTINGS),
    Route("GET", f"{_USER}/gallery_profile", get_gallery_profile),
    Route("GET", f"{_USER}/available_avatars", list_avatars),
    Route("GET", f"{_USER}/avatar", get_avatar, Auth.BEARER),
    Route("GET", f"{_USER}/verifyemail", is_verified, Auth.BEARER),
    Route("POST", f"{_USER}/verifyemail", verify_email, Auth.BEARER),
    Route("GET", _BLOCK, get_block, Auth.BEARER),
    Route("POST", _BLOCK, block, Auth.BEARER),
    Route("DELETE", _BLOCK, unblock, Auth.BEARER),
    Route("GET", "/3/account/me/block", list_blocked, Auth.BEARER),
    Route("POST", "/3/account/me/follow/tag/{tag}", follow_tag, Auth.BEARER),
    Route("DELETE", "/3/account/me/follow/tag/{tag}", unfollow_tag, Auth.BEARER),
    Route("GET", "/3/feed/*", get_feed, Auth.BEARER, ("page", "perPage", "album_previews")),
)
