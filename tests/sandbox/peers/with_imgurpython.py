"""Makes imgurpython, a stranger to this project, do all it can.

Arguments: URL, client id, secret, a picture's path, a refresh token. Prints what came of each step,
by its name, as JSON.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import imgurpython.client
from imgurpython import ImgurClient
from imgurpython.helpers.error import ImgurClientError, ImgurClientRateLimitError


def names(records: Any) -> list[Any]:
    return [record.id for record in records]


def failed(call: Callable[[], Any]) -> str:
    try:
        call()
    except (ImgurClientError, ImgurClientRateLimitError) as error:
        return f"{type(error).__name__} {getattr(error, 'status_code', '')}".strip()
    return "nothing happened"


def as_a_stranger(imgur: ImgurClient, picture: str) -> dict[str, Any]:
    uploaded = imgur.upload_from_path(picture, {"title": "Red", "description": "very"})
    image = imgur.get_image(uploaded["id"])
    found = imgur.gallery_search("cat")
    post = imgur.gallery()[0]
    return {
        "credits": imgur.credits["UserLimit"],
        "title": image.title,
        "size": [image.width, image.height],
        "link": image.link,
        "found": len(found),
        "item": imgur.gallery_item(post.id).id == post.id,
        "comments": len(imgur.gallery_item_comments(post.id)),
        "comment ids": len(imgur.gallery_comment_ids(post.id)),
        "memes": len(imgur.default_memes()),
        "limited": failed(imgur.gallery_random),
        "random": len(imgur.gallery_random()) > 0,
        "tag": imgur.gallery_tag("cats").name,
        "subreddit": len(imgur.subreddit_gallery("aww")),
        "deleted": imgur.delete_image(uploaded["deletehash"]),
        "gone": failed(lambda: imgur.get_image(uploaded["id"])),
    }


def as_an_account(imgur: ImgurClient, picture: str) -> dict[str, Any]:
    name = imgur.get_account("me").url  # with a dead token, which it refreshes by itself
    uploaded = imgur.upload_from_path(picture, {"name": "red.png"}, anon=False)
    album = imgur.create_album({"title": "Mine"})
    post = imgur.gallery()[0]
    comment = imgur.gallery_comment(post.id, "nice")
    return {
        "account": name,
        "own": uploaded["id"] in names(imgur.get_account_images("me")),
        "ids": uploaded["id"] in imgur.get_account_image_ids("me"),
        "count": imgur.get_account_images_count("me"),
        "album": imgur.get_album(album["id"]).title,
        "added": imgur.album_add_images(album["id"], uploaded["id"]),
        "albums": album["id"] in names(imgur.get_account_albums("me")),
        "favourite": imgur.favorite_image(uploaded["id"]),
        "vote": imgur.gallery_item_vote(post.id, "up"),
        "comment": imgur.get_comment(comment["id"]).comment,
        "comment vote": imgur.comment_vote(comment["id"], "up"),
        "comment deleted": imgur.delete_comment(comment["id"]) is not None,
        "shared": imgur.share_on_imgur(uploaded["id"], "Look", terms=1),
        "removed": imgur.remove_from_gallery(uploaded["id"]),
        "notifications": sorted(imgur.get_notifications(new=False)),
        "written": imgur.create_message("marmalade", "hello"),
        "conversations": len(imgur.conversation_list()),
        "album deleted": imgur.album_delete(album["id"]),
    }


def main(url: str, client_id: str, secret: str, picture: str, refresh: str) -> None:
    imgurpython.client.API_URL = f"{url}/"
    stranger = ImgurClient(client_id, secret)
    account = ImgurClient(client_id, secret, "0" * 40, refresh)
    print(json.dumps([as_a_stranger(stranger, picture), as_an_account(account, picture)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
