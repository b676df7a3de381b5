"""Where automatic uploads are on, at hand for every message."""

from collections.abc import Sequence

from bot.autoupload.rules import AutoRule, AutoUploadStore, Target
from bot.clock import Clock

#: A channel is told about the same trouble this often at most.
_TELL_EVERY_S = 3600.0


class AutoChannels:
    """A copy of the stored rules, and what channels were told lately."""

    def __init__(self, store: AutoUploadStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._by_id: dict[int, AutoRule] = {}
        self._told: dict[tuple[int, str], float] = {}
        self._paused_until: dict[int, float] = {}

    async def load(self) -> None:
        """Read what is stored."""
        self._by_id = {rule.target_id: rule for rule in await self._store.rules()}

    def find(self, *target_ids: int | None) -> AutoRule | None:
        """The first of these that has a rule, the most particular first.

        A thread's own id comes before its channel's, then the category's, then the author's roles.
        """
        for target_id in target_ids:
            rule = None if target_id is None else self._by_id.get(target_id)
            if rule is not None:
                return rule
        return None

    def of_guild(self, guild_id: int) -> Sequence[AutoRule]:
        """A guild's rules, by age."""
        return [rule for rule in self._by_id.values() if rule.guild_id == guild_id]

    def has_role_rules(self, guild_id: int) -> bool:
        """Whether a guild has rules that are about a role."""
        return any(rule.target is Target.ROLE for rule in self.of_guild(guild_id))

    async def replace(self, guild_id: int, rules: Sequence[AutoRule]) -> None:
        """Set a guild's rules."""
        await self._store.set_rules(guild_id, rules)
        kept = {i: rule for i, rule in self._by_id.items() if rule.guild_id != guild_id}
        self._by_id = kept | {rule.target_id: rule for rule in rules}

    async def change(self, rule: AutoRule) -> bool:
        """Write one rule anew; ``False`` when it was taken away meanwhile."""
        if rule.target_id not in self._by_id:
            return False
        others = self.of_guild(rule.guild_id)
        changed = [rule if one.target_id == rule.target_id else one for one in others]
        await self.replace(rule.guild_id, changed)
        return True

    def begins_pause(self, channel_id: int, wait_s: float) -> bool:
        """Note that uploads of a channel wait; whether that is news there."""
        now = self._clock.monotonic()
        self._paused_until = {
            one: until for one, until in self._paused_until.items() if until > now
        }
        is_news = channel_id not in self._paused_until
        self._paused_until[channel_id] = now + wait_s
        return is_news

    def should_tell(self, channel_id: int, trouble: str) -> bool:
        """Whether a channel has not been told about this trouble for a while."""
        now = self._clock.monotonic()
        self._told = {key: at for key, at in self._told.items() if now - at < _TELL_EVERY_S}
        if (channel_id, trouble) in self._told:
            return False
        self._told[channel_id, trouble] = now
        return True
