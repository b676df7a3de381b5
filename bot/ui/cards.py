"""The card of a batch of uploads, from the first answer to the last. Pure.

Cards hold no state: their buttons are answered by cogs, also after a restart.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.imgur.models import Album, Image
from bot.media.findings import MediaWarning
from bot.ui.layout import GREEN, GREY, RED, Row, panel
from bot.ui.presses import Press
from bot.ui.safe_text import code, safe_text
from bot.ui.wording import duration, sentence_of, size
from bot.uploads.announcing import News, Wait
from bot.uploads.decision import is_worth_repeating
from bot.uploads.job import Job, JobState, Spooled, Uploaded

_DANGER = discord.ButtonStyle.danger
_PRIMARY = discord.ButtonStyle.primary
_BUTTONS_PER_ROW = 5
_BAR_CELLS = 12
#: A pace that foretells more than this has hardly begun.
_LONGEST_FORECAST_S = 3600.0
_REMARKS: Mapping[str, str] = {
    MediaWarning.PNG_OVER_5_MB: "Imgur turns PNG files over 5 MB into JPEG.",
    MediaWarning.TIFF_CONVERTED: "Imgur shows TIFF files as JPEG or PNG.",
    MediaWarning.LONGER_THAN_60_S: "Imgur may cut films after 60 seconds.",
    MediaWarning.METADATA_NOT_REMOVED: "This kind of film keeps what it says of its camera and "
    "place: the bot cannot take that out.",
}
#: Discord shows at most ten pictures in one gallery.
_MAX_PICTURES = 10
#: Source: https://docs.discord.com/developers/resources/message#create-message
_MAX_CONTENT = 2000
#: All texts of a message with components together have 4,000 characters; ten files share them.
_MAX_LINE = 320


def card(news: News, *, now: datetime) -> ui.LayoutView:
    """A batch as its user sees it.

    Args:
        now: Discord's time, for its own timestamps.
    """
    row = _buttons(news)
    return panel(
        "\n".join([_heading(news), *_lines(news, now)]),
        _pictures(news),
        _album_line(news),
        row if row.children else None,
        colour=_colour(news),
    )


def notice(text: str) -> ui.LayoutView:
    """A card of one text."""
    return panel(text)


def _pictures(news: News) -> ui.MediaGallery[Any] | None:
    links = [
        job.uploaded.link for job in news.jobs if job.state is JobState.UPLOADED and job.uploaded
    ]
    shown = [discord.MediaGalleryItem(link) for link in links[:_MAX_PICTURES]]
    return ui.MediaGallery(*shown) if shown else None


def page_link(uploaded: Uploaded) -> str:
    """The page of a picture on Imgur."""
    return image_of(uploaded).page_link


def image_of(uploaded: Uploaded) -> Image:
    """The Imgur record of a stored upload, for its links."""
    return Image(id=uploaded.image_id, link=uploaded.link, type=uploaded.content_type)


def _colour(news: News) -> discord.Colour:
    if any(job.state is JobState.FAILED for job in news.jobs):
        return RED
    if news.is_final and any(job.state is JobState.UPLOADED for job in news.jobs):
        return GREEN
    return GREY


def album_link(news: News) -> str | None:
    """The page of the album that a batch's pictures are in."""
    album, done = news.batch.album, _done(news)
    if album is None or album.imgur_id is None or not done or done[0].uploaded is None:
        return None
    return Album(id=album.imgur_id, link=done[0].uploaded.link).page_link


def _album_line(news: News) -> str | None:
    album, link = news.batch.album, album_link(news)
    if album is None:
        return None
    if link is not None:
        return f"Album {safe_text(album.title)}: {link}"
    if news.is_final and _done(news):
        return "-# The album could not be made; the pictures are on Imgur without it."
    return None


def _done(news: News) -> list[Job]:
    return [job for job in news.jobs if job.state is JobState.UPLOADED]


def _heading(news: News) -> str:
    done = _done(news)
    if not news.is_final:
        what = _name(news.jobs[0]) if len(news.jobs) == 1 else f"{len(news.jobs)} files"
        return f"### Uploading {what}"
    if len(news.jobs) == 1 and done:
        return f"### {safe_text(done[0].title)}" if done[0].title else "### Uploaded to Imgur"
    if done:
        return f"### {len(done)} of {len(news.jobs)} uploaded to Imgur"
    if any(job.state is JobState.DELETED for job in news.jobs):
        return "### No longer on Imgur"
    if any(job.was_ambiguous and job.state is JobState.FAILED for job in news.jobs):
        return "### Perhaps not uploaded"
    return "### Nothing uploaded"


def _lines(news: News, now: datetime) -> list[str]:
    jobs = news.jobs
    if news.batch.answer.is_album_only and album_link(news) is not None:
        jobs = [job for job in jobs if job.state is not JobState.UPLOADED]
    elif len(jobs) == 1:
        return _single(jobs[0], news, now)
    return [
        f"{job.position + 1}. {_name(job)}: {_line(job, news, now)[:_MAX_LINE]}" for job in jobs
    ]


def _single(job: Job, news: News, now: datetime) -> list[str]:
    if job.state is not JobState.UPLOADED or job.uploaded is None:
        return [_line(job, news, now), *_remarks(job)]
    lines = [job.uploaded.link, f"-# Page: <{page_link(job.uploaded)}>"]
    if job.description:
        lines.insert(0, safe_text(job.description, 1000))
    return [*lines, *_remarks(job)]


def _line(job: Job, news: News, now: datetime) -> str:
    match job.state:
        case JobState.UPLOADED if job.uploaded is not None:
            known = "" if job.same_as is None else " (it was there already and cost nothing)"
            return job.uploaded.link + known
        case JobState.FAILED if job.failure is not None:
            return f"{sentence_of(job)} -# ref {job.failure.reference}".replace(" -# ", "\n-# ")
        case JobState.CANCELLED:
            if job.was_ambiguous:
                return "Cancelled. An earlier try may have arrived at Imgur all the same."
            return "Cancelled before it was sent."
        case JobState.DELETED:
            return "Deleted from Imgur."
        case JobState.READY:
            return _waiting(job, news.waits.get(job.id), now)
        case JobState.SENDING:
            return _sending(job, news, now)
        case _:
            return "Fetching and checking the file…"


def _waiting(job: Job, wait: Wait | None, now: datetime) -> str:
    if wait is None:
        tried = "Imgur did not answer. It is tried again by itself…"
        return tried if job.attempts else "Checked. It goes out as soon as Imgur answers…"
    if not wait.wait_s:
        return "Next in line…"
    returns_at = discord.utils.format_dt(now + timedelta(seconds=wait.wait_s), "R")
    return (
        f"Waiting for Imgur credits: {duration(wait.wait_s)} ({returns_at}), place {wait.place}. "
        "It is uploaded by itself then."
    )


def _sending(job: Job, news: News, now: datetime) -> str:
    total = job.spooled.size_bytes if job.spooled else 0
    progress = news.progress.get(job.id)
    if progress is not None and progress.is_quiet:
        return "Waiting for Imgur, which takes longer than usual…"
    if not total or progress is None or not progress.sent_bytes:
        return "Sending to Imgur…"
    sent = min(progress.sent_bytes, total)  # what goes out is a little more than the file
    filled = round(_BAR_CELLS * sent / total)
    bar = "▰" * filled + "▱" * (_BAR_CELLS - filled)
    if sent == total:
        return f"{bar} {size(sent)}, all sent. Waiting for Imgur's answer…"
    left_s = progress.left_s(total)
    if not left_s or left_s > _LONGEST_FORECAST_S:
        return f"{bar} {size(sent)} of {size(total)}"
    ends_at = discord.utils.format_dt(now + timedelta(seconds=left_s), "R")
    return f"{bar} {size(sent)} of {size(total)}, there {ends_at}"


def _remarks(job: Job) -> list[str]:
    """What Imgur will do to a file, or has done."""
    if job.spooled is None or job.state in {JobState.FAILED, JobState.CANCELLED, JobState.DELETED}:
        return []
    remarks = [_REMARKS[warning] for warning in job.spooled.warnings if warning in _REMARKS]
    if job.same_as is not None:
        remarks.append(
            "This very picture was uploaded before: nothing was sent, it cost nothing. It stays as "
            "long as that upload does."
        )
    elif job.uploaded is not None:
        remarks += _changes(job.spooled, job.uploaded)
    if job.keep_until is not None:
        ends = discord.utils.format_dt(job.keep_until, "R")
        remarks.append(f"It is deleted from Imgur {ends}.")
    return [f"-# {remark}" for remark in remarks]


def _changes(sent: Spooled, got: Uploaded) -> list[str]:
    """How Imgur's copy differs from what was sent, as far as its answer tells."""
    changes = []
    if sent.content_type != got.content_type:
        changes.append(f"Imgur turned it from {sent.content_type} into {got.content_type}.")
    # Turned by its orientation it is still the same picture.
    if got.width and got.height and {sent.width, sent.height} != {got.width, got.height}:
        if sent.width and sent.height:
            was, now = f"{sent.width} by {sent.height}", f"{got.width} by {got.height}"
            changes.append(f"Imgur scaled it from {was} to {now} pixels.")
    elif got.size_bytes and got.size_bytes < sent.size_bytes:
        changes.append(f"Imgur shrank it from {size(sent.size_bytes)} to {size(got.size_bytes)}.")
    return changes


def _name(job: Job) -> str:
    return safe_text(job.source.filename, 60) or "file"


def _buttons(news: News) -> Row:
    row = Row()
    if not news.is_final:
        if any(job.state in {JobState.ACCEPTED, JobState.READY} for job in news.jobs):
            row.add_item(Press("cancel", news.batch.id, label="Cancel"))
        return row
    done = _done(news)
    if len(done) == 1 and done[0].uploaded is not None:
        row.add_item(ui.Button(label="Open on Imgur", url=page_link(done[0].uploaded)))
    album = album_link(news)
    if album is not None:
        row.add_item(ui.Button(label="Open the album", url=album))
    if done:
        row.add_item(Press("links", news.batch.id, label="Link forms"))
    if any(job.same_as is None for job in done):
        row.add_item(Press("delete", news.batch.id, label="Delete", style=_DANGER))
    if any(is_worth_repeating(job) for job in news.jobs):
        row.add_item(Press("again", news.batch.id, label="Try again", style=_PRIMARY))
    return row


def deletion(news: News) -> ui.LayoutView:
    """The question before a picture, or which of several, is deleted."""
    done = [job for job in _done(news) if job.same_as is None]
    if len(done) == 1:
        what, labels = "this picture", ["Yes, delete it"]
    else:
        what, labels = "which picture", [f"Delete {job.position + 1}" for job in done]
    presses = [
        Press("delete-yes", job.id, label=label, style=_DANGER)
        for job, label in zip(done, labels, strict=True)
    ]
    presses.append(Press("keep", news.batch.id, label="Keep"))
    rows = [
        Row(*presses[start : start + _BUTTONS_PER_ROW])
        for start in range(0, len(presses), _BUTTONS_PER_ROW)
    ]
    return panel(
        f"### Delete {what} from Imgur?\nIts link stops working everywhere, for good.",
        *rows,
        colour=RED,
    )


def link_forms(news: News) -> list[str]:
    """All forms of a batch's links, ready to copy, in as many messages as it takes."""
    pages: list[str] = []
    for job in news.jobs:
        if job.uploaded is None or job.state is not JobState.UPLOADED:
            continue
        image = image_of(job.uploaded)
        title = job.title or ""
        forms = [image.link, image.page_link, image.markdown(title), image.bbcode, image.html]
        block = code("\n".join(forms))
        if pages and len(pages[-1]) + len(block) < _MAX_CONTENT:
            pages[-1] += f"\n{block}"
        else:
            pages.append(block)
    return pages
