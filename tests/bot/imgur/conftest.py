"""``pytest tests/bot/imgur --hypothesis-profile=thorough`` tries ten thousand answers."""

from hypothesis import settings

settings.register_profile("thorough", settings.default, max_examples=10_000)
