"""The commands: one noun, one cog, one file; they talk, services work."""

EXTENSIONS = (
    "cogs.upload",
    "cogs.autoupload",
    "cogs.library",
    "cogs.restore",
    "cogs.archive",
    "cogs.gallery",
    "cogs.posts",
    "cogs.account",
    "cogs.quota",
    "cogs.queue",
    "cogs.settings",
    "cogs.privacy",
    "cogs.doctor",
)
