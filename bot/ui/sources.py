"""Which files a message or an option offers. Pure."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import discord

from bot.autoupload.rules import FileKind, PostFile
from bot.errors import AddressRefusedError
from bot.uploads.job import NewJob, Source
from bot.uploads.naming import Naming, Occasion

#: What Discord or its users call pictures and videos; the bytes decide later.
_MEDIA_PREFIXES = ("image/", "video/")
_PICTURE_SUFFIXES = frozenset(
    {".png", ".apng", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp", ".heic", ".bmp", ".avif"}
)
_VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi", ".flv", ".wmv", ".mpg", ".mpeg"}
)
_MEDIA_SUFFIXES = _PICTURE_SUFFIXES | _VIDEO_SUFFIXES

#: The most that one request takes, as in Discord's own form and message.
MAX_FILES = 10
_WEB = ("https://", "http://")
_ADDRESS = re.compile(r"https?://[^\s<>]+")


def looks_like_media(attachment: discord.Attachment) -> bool:
    """Whether a file claims to be a picture or a video."""
    claimed = attachment.content_type or ""
    suffix = PurePosixPath(attachment.filename).suffix.lower()
    return claimed.startswith(_MEDIA_PREFIXES) or suffix in _MEDIA_SUFFIXES


def post_file(attachment: discord.Attachment) -> PostFile:
    """What a rule looks at of a file."""
    claimed = attachment.content_type or ""
    suffix = PurePosixPath(attachment.filename).suffix.lower()
    if claimed == "image/gif" or suffix == ".gif":
        kind = FileKind.GIF
    elif claimed.startswith("video/") or suffix in _VIDEO_SUFFIXES:
        kind = FileKind.VIDEO
    else:
        kind = FileKind.PICTURE
    return PostFile(kind, attachment.size)


def attachment_source(
    attachment: discord.Attachment, message: discord.Message | None = None
) -> Source:
    """A file on Discord's CDN; ``message`` is where it hangs, if anywhere."""
    return Source(
        url=attachment.url,
        filename=attachment.filename,
        is_attachment=True,
        declared_bytes=attachment.size,
        channel_id=None if message is None else message.channel.id,
        message_id=None if message is None else message.id,
        attachment_id=attachment.id,
        description=attachment.description,
    )


def message_sources(message: discord.Message) -> Sequence[Source]:
    """The first ten pictures and videos of a message, as ``all_sources`` finds them."""
    return all_sources(message)[:MAX_FILES]


def all_sources(message: discord.Message) -> Sequence[Source]:
    """All pictures and videos of a message: files, embedded and pasted ones, each once.

    What a forwarded message holds counts as its own.
    """
    parts: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    files = [
        attachment_source(item, message)
        for part in parts
        for item in part.attachments
        if looks_like_media(item)
    ]
    links = [link for part in parts for link in _links(part.embeds, part.content)]
    known = {_address(file.url) for file in files}
    for link in links:
        if _address(link) not in known:
            known.add(_address(link))
            files.append(url_source(link))
    return files


def pasted_sources(text: str) -> Sequence[Source]:
    """Every address in a text, one a word.

    Raises:
        AddressRefusedError: A word is no address.
    """
    words = dict.fromkeys(text.split())
    if not all(_ADDRESS.fullmatch(word) for word in words):
        raise AddressRefusedError("not an address")
    return [url_source(word) for word in words]


def _links(embeds: Sequence[discord.Embed], content: str) -> Sequence[str]:
    """Pictures that embeds show, then pasted links whose path ends as a picture's or video's."""
    shown = [
        picture.url
        for embed in embeds
        for picture in (embed.image, embed.thumbnail)
        if picture.url and picture.url.startswith(_WEB)
    ]
    pasted = [link.rstrip(".,;:!?)'\"*_|") for link in _ADDRESS.findall(content)]
    return [*shown, *(link for link in pasted if _suffix(link) in _MEDIA_SUFFIXES)]


def _suffix(url: str) -> str:
    try:
        return PurePosixPath(urlsplit(url).path).suffix.lower()
    except ValueError:
        return ""


def _address(url: str) -> str:
    """What two links to the same file share: Discord signs each anew."""
    return url.partition("?")[0]


def url_source(url: str) -> Source:
    """A file somewhere on the web.

    Raises:
        AddressRefusedError: It is no address at all.
    """
    try:
        name = PurePosixPath(urlsplit(url).path).name
    except ValueError as error:
        raise AddressRefusedError("not an address") from error
    return Source(url=url.strip(), filename=name or "picture", is_attachment=False)


def occasion_of(message: discord.Message) -> Occasion:
    """What is known of the message that holds files, for their names at Imgur."""
    return Occasion(
        text=message.clean_content.partition("\n")[0],
        author=message.author.display_name,
        channel=getattr(message.channel, "name", None) or "",
        date=message.created_at.date().isoformat(),
    )


def named_jobs(
    sources: Sequence[Source],
    naming: Naming,
    occasion: Occasion,
    *,
    title: str | None = None,
    description: str | None = None,
) -> Sequence[NewJob]:
    """Files as they are asked for, named as their user or the templates say."""
    return [
        naming.named(
            NewJob(source, title=title, description=description), number, len(sources), occasion
        )
        for number, source in enumerate(sources, start=1)
    ]
