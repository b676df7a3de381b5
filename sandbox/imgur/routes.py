"""The whole table of calls.

Left out, with the reason: creating and deleting accounts (need a password or a captcha), account
likes and statistics and the messages of 2012 (their answers were never recorded), and listing the
website's own posts (``/post/v1/accounts``; same).
"""

from sandbox.imgur.endpoints import (
    accounts,
    albums,
    belongings,
    comments,
    gallery,
    images,
    messages,
    oauth,
    pools,
    search,
    tags,
    topics,
    uploads,
    votes,
    website,
)

ROUTES = (
    *uploads.ROUTES,
    *images.ROUTES,
    *albums.ROUTES,
    *gallery.ROUTES,
    *search.ROUTES,
    *tags.ROUTES,
    *votes.ROUTES,
    *comments.ROUTES,
    *accounts.ROUTES,
    *belongings.ROUTES,
    *messages.ROUTES,
    *topics.ROUTES,
    *pools.ROUTES,
    *oauth.ROUTES,
    *website.ROUTES,
)
