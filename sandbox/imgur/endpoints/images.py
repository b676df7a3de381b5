"""One picture: look at it, change its words, keep it, delete it.

Source: https://apidocs.imgur.com/#image
"""

from sandbox.imgur.calls import Answer, Call, Refusal, Route
from sandbox.imgur.dialects.images import image_json
from sandbox.imgur.endpoints.favorites import toggle
from sandbox.imgur.records import Image


def get_image(call: Call) -> object:
    """The picture; a video that still is worked on comes one step further."""
    image = call.state.image(call.args["id"])
    if image is None:
        raise not_found(call.args["id"])
    if image.polls_left > 0:
        image.polls_left -= 1
    return image_json(call, image, "single")


def get_without_id(_call: Call) -> object:
    """An error that calls itself a success."""
    return Answer(disguised="An image ID is required for a GET request to /image")


def update_image(call: Call) -> object:
    """Set title and description; by deletehash, or by id as its owner."""
    image = named(call, call.args["id"])
    if image is None:
        raise not_found(call.args["id"])
    if not may_change(call, image, call.args["id"]):
        raise Refusal(403, "Permission denied")
    if (title := call.sent("title")) is not None:
        image.title = title
    if (description := call.sent("description")) is not None:
        image.description = description
    return True


def delete_image(call: Call) -> object:
    """Remove it; a second time is a success too."""
    image = next(
        (i for i in call.state.images.values() if call.args["id"] in {i.id, i.deletehash}), None
    )
    if image is None:
        raise not_found(call.args["id"])
    if not may_change(call, image, call.args["id"]):
        raise Refusal(403, "Unauthorized")
    call.state.remove_image(image)
    return True


def favorite_image(call: Call) -> object:
    """Keep it, or no longer."""
    if call.caller.account is None:
        raise Refusal(403, "Unauthorized")
    image = call.state.image(call.args["id"])
    if image is None:
        raise not_found(call.args["id"])
    return toggle(call, image.id)


def not_found(image_id: str) -> Refusal:
    """There is no such picture."""
    return Refusal(404, f"Unable to find an image with the id, {image_id}")


def named(call: Call, name: str) -> Image | None:
    """A picture by its id or its deletehash."""
    found = (i for i in call.state.images.values() if name in {i.id, i.deletehash})
    return next((image for image in found if not image.deleted), None)


def may_change(call: Call, image: Image, by: str) -> bool:
    """Whether the caller owns it, or has shown its deletehash."""
    me = call.caller.account
    return by == image.deletehash or (me is not None and image.account_id == me.id)


ROUTES = (
    Route("GET", "/3/image", get_without_id),
    Route("GET", "/3/image/{id}", get_image),
    Route("POST", "/3/image/{id}", update_image, fields=("title", "description")),
    Route("PUT", "/3/image/{id}", update_image, fields=("title", "description")),
    Route("DELETE", "/3/image/{id}", delete_image),
    Route("POST", "/3/image/{id}/favorite", favorite_image),
)
