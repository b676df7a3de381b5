"""What the person who starts the demo chooses, and the bot's settings that follow from it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.settings import Settings
from sandbox.demo.cdn import CDN_HOST
from sandbox.imgur.people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET

_HOST = "http://127.0.0.1"
#: Nothing outside of this process knows them.
DISCORD_SECRET = "the-demo-signs-in-by-itself"  # noqa: S105 - of a made-up Discord
_DISCORD_TOKEN = "the-demo-needs-no-token"  # noqa: S105 - of a made-up Discord

PORTS_NEEDED = 4


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the demo keeps things, and where it listens.

    Attributes:
        first_port: The first of four in a row.
    """

    folder: Path
    first_port: int

    @property
    def ports(self) -> range:
        """All of them: Preview, Imgur, the bot's pages, sign-in."""
        return range(self.first_port, self.first_port + PORTS_NEEDED)

    @property
    def imgur_url(self) -> str:
        """The sandbox Imgur."""
        return f"{_HOST}:{self.ports[1]}"

    @property
    def pages_url(self) -> str:
        """The bot's own pages."""
        return f"{_HOST}:{self.ports[2]}"

    @property
    def door_url(self) -> str:
        """Discord's sign-in, and the way into other channels."""
        return f"{_HOST}:{self.ports[3]}"

    @property
    def log_file(self) -> Path:
        """What the bot logs."""
        return self.folder / "demo.log"

    def settings(self) -> Settings:
        """The bot's settings; neither the environment nor ``.env`` has a say."""
        return _OnlyOurs(
            discord_token=SecretStr(_DISCORD_TOKEN),
            discord_client_secret=SecretStr(DISCORD_SECRET),
            discord_api_url=f"{self.door_url}/api/v10",
            discord_authorize_url=f"{self.door_url}/oauth2/authorize",
            discord_cdn_hosts=(CDN_HOST,),
            imgur_client_id=SecretStr(DEMO_CLIENT_ID),
            imgur_client_secret=SecretStr(DEMO_CLIENT_SECRET),
            imgur_api_url=self.imgur_url,
            public_base_url=self.pages_url,
            web_port=self.ports[2],
            ops_port=0,
            data_dir=self.folder / "bot",
            auto_upload_channel_mode=True,
        )


class _OnlyOurs(Settings):
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (pydantic-settings' signature)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (same)
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (same)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (same)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the code says, and nothing else."""
        return (init_settings,)
