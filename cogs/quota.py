"""``/quota``: the credits left to me, to this server and to the bot, and what the day took."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from bot.credits.pools import Call, Payer, Pool, PoolKind
from bot.discord_bot import ImgurBot
from bot.errors import NotYoursError
from bot.imgur.wire import Anonymous, Bearer
from bot.services import Services
from bot.ui.chart import WIDTH, height_of, marks
from bot.ui.drawing import Easel
from bot.ui.presses import Interaction
from bot.ui.quota import Level, Section, alt_text, level, quota_card, standing
from bot.ui.safe_text import safe_text

#: As many servers as the picture has room for.
_TOP = 3


class QuotaCog(commands.Cog):
    """Shows credits."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._easel = Easel()

    async def cog_unload(self) -> None:
        """Put the easel away."""
        self._easel.close()

    @app_commands.command()
    @app_commands.rename(everyone="all")
    @app_commands.describe(
        everyone="Only for the bot's operator: all pools, and the servers that used most"
    )
    async def quota(self, interaction: Interaction, everyone: bool = False) -> None:
        """See the Imgur credits left to you, to this server and to the bot."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        notes: Sequence[str] = ()
        if everyone:
            if not await interaction.client.is_operator(interaction.user):
                raise NotYoursError(whose="the bot's operator")
            sections = await self._everyones(interaction.client)
            notes = self._standing()
        else:
            sections = await self._mine(interaction.user.id, interaction.guild_id)
        drawn = await self._easel.png(WIDTH, height_of(sections), list(marks(sections)))
        picture = discord.File(BytesIO(drawn), "quota.png", description=alt_text(sections))
        view = quota_card(sections, now=discord.utils.utcnow(), picture=picture, notes=notes)
        await interaction.edit_original_response(view=view, attachments=[picture])

    # --- sections -----------------------------------------------------------------------------

    async def _mine(self, user_id: int, guild_id: int | None) -> list[Section]:
        now = self._services.clock.now()
        # What an upload would be charged to; a server's own bounds are in force then.
        charged = self._services.limiter.charge(Call.upload(), Payer(user_id, guild_id))
        own = [
            self._level(pool, ", here" if "@" in pool.scope else "")
            for pool in charged
            if pool.kind is PoolKind.MEMBER
        ]
        own += await self._linked(user_id)
        member = Pool(PoolKind.MEMBER, str(user_id))
        sections = [Section("You", own, await self._day(member, now))]
        sections += [
            Section("This server", [self._level(pool)], await self._day(pool, now))
            for pool in charged
            if pool.kind is PoolKind.GUILD
        ]
        shown = (PoolKind.USER, PoolKind.CLIENT, PoolKind.UPLOADS)
        return [*sections, await self._bots(shown, now)]

    async def _linked(self, user_id: int) -> list[Level]:
        """What is left of the linked Imgur account that one's uploads go to."""
        return [
            self._level(Pool(PoolKind.USER, Bearer(link.imgur_account_id, "").pool), ", linked")
            for link in await self._services.linking.status(user_id)
            if link.is_default and link.revoked_at is None
        ]

    async def _everyones(self, bot: ImgurBot) -> list[Section]:
        now = self._services.clock.now()
        shown = (PoolKind.USER, PoolKind.CLIENT, PoolKind.UPLOADS, PoolKind.POST)
        sections = [await self._bots(shown, now)]
        top = await self._services.usage.top(PoolKind.GUILD, now, _TOP)
        for place, (pool, _) in enumerate(top, start=1):
            guild = bot.get_guild(int(pool.scope))
            name = safe_text(guild.name, 60) if guild else "a server that the bot has left"
            hours = await self._day(pool, now)
            sections.append(Section(f"Server {place}", [self._level(pool)], hours, name))
        return sections

    def _standing(self) -> list[str]:
        uploads = self._services.uploads
        return standing(
            unsettled=uploads.unsettled,
            ends=uploads.tally,
            is_imgur_down=self._services.breaker.is_open,
        )

    async def _bots(self, kinds: Sequence[PoolKind], now: datetime) -> Section:
        is_commercial = self._services.limiter.rules.is_commercial
        levels = [
            self._level(Pool(kind, Anonymous().pool if kind is PoolKind.USER else ""))
            for kind in kinds
            if not (is_commercial and kind in {PoolKind.UPLOADS, PoolKind.POST})
        ]
        return Section("The bot", levels, await self._day(Pool(PoolKind.CLIENT), now))

    def _level(self, pool: Pool, where: str = "") -> Level:
        return level(self._services.limiter, pool, where)

    async def _day(self, pool: Pool, now: datetime) -> Sequence[int]:
        return await self._services.usage.day(pool, now)


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    await bot.add_cog(QuotaCog(bot.services))
