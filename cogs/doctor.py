"""``/doctor``: what works today, for the operator alone."""

from discord import app_commands
from discord.ext import commands

from bot.checkup import Doctor
from bot.discord_bot import ImgurBot
from bot.errors import NotYoursError
from bot.ui.doctor import doctor_card
from bot.ui.presses import Interaction


class DoctorCog(commands.Cog):
    """Lets the doctor look and shows what was found."""

    def __init__(self, doctor: Doctor, bot: ImgurBot) -> None:
        self._doctor = doctor
        self._bot = bot

    @app_commands.command()
    async def doctor(self, interaction: Interaction) -> None:
        """For this bot's operator: see what works today, and what does not and why."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if not await self._bot.is_operator(interaction.user):
            raise NotYoursError(whose="whoever runs this bot")
        view = doctor_card(await self._doctor.examine())
        await interaction.edit_original_response(view=view)


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    await bot.add_cog(DoctorCog(bot.services.doctor, bot))
