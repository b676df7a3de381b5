"""What the operator decides: environment variables or ``.env``, secrets also from files.

Built once, by ``__main__``; nothing else reads the environment.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.accounts.vault import KeyRing
from bot.errors import SettingsError

DISCORD_API = "https://discord.com/api/v10"

_MIB = 1024 * 1024
_ENGINES = ("sqlite:///", "postgresql://")

#: One value that would do, for the message about a missing or wrong setting.
_EXAMPLES: Mapping[str, str] = {
    "discord_token": "the bot's token from https://discord.com/developers/applications",
    "discord_client_secret": "the OAuth2 client secret of the same application",
    "discord_api_url": DISCORD_API,
    "discord_authorize_url": "https://discord.com/oauth2/authorize",
    "discord_cdn_hosts": "cdn.discordapp.com,media.discordapp.net",
    "imgur_client_id": "0123456789abcde",
    "imgur_client_secret": "40 hex digits",
    "imgur_api_url": "https://api.imgur.com",
    "imgur_rapidapi_key": "the key shown by RapidAPI",
    "public_base_url": "https://imgur-bot.example.org",
    "web_host": "127.0.0.1",
    "web_port": "8080",
    "trusted_proxies": "127.0.0.1,10.0.0.0/8",
    "ops_host": "127.0.0.1",
    "ops_port": "9464",
    "database_url": "sqlite:///data/bot.sqlite3",
    "instance": "main",
    "data_dir": "data",
    "secret_keys": "k1:base64 of 32 bytes",
    "log_level": "INFO",
    "log_format": "text",
    "auto_upload_channel_mode": "false",
    "credits_per_user_hour": "250",
    "credits_per_guild_day": "5000",
    "credit_headroom_percent": "0",
    "max_file_mib": "200",
    "max_spool_mib": "2048",
    "max_wait_minutes": "120",
    "keep_metadata": "false",
    "patrol_links_per_hour": "60",
    "imgur_fetches_urls": "false",
    "title_template": "{filename}",
    "description_template": "{alt}",
}


class Settings(BaseSettings):
    """Every setting with its default; ``.env.example`` explains each to the operator."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    discord_token: SecretStr
    discord_client_secret: SecretStr | None = None
    discord_api_url: str = DISCORD_API
    discord_authorize_url: str = "https://discord.com/oauth2/authorize"
    discord_cdn_hosts: Annotated[tuple[str, ...], NoDecode] = (
        "cdn.discordapp.com",
        "media.discordapp.net",
    )

    imgur_client_id: SecretStr
    imgur_client_secret: SecretStr | None = None
    imgur_api_url: str | None = None
    imgur_rapidapi_key: SecretStr | None = None

    public_base_url: str | None = None
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    ops_host: str = "127.0.0.1"
    ops_port: int = Field(default=9464, ge=0, le=65535)

    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    instance: str = Field(default="main", max_length=40)
    secret_keys: SecretStr | None = None

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    auto_upload_channel_mode: bool = False
    credits_per_user_hour: int = Field(default=250, ge=10)
    credits_per_guild_day: int = Field(default=5000, ge=10)
    credit_headroom_percent: int = Field(default=0, ge=0, le=50)
    max_file_mib: int = Field(default=200, ge=1, le=200)
    max_spool_mib: int = Field(default=2048, ge=16)
    max_wait_minutes: int = Field(default=120, ge=1, le=1440)
    keep_metadata: bool = False
    patrol_links_per_hour: int = Field(default=60, ge=0, le=36_000)
    imgur_fetches_urls: bool = False
    title_template: str = ""
    description_template: str = "{alt}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (pydantic-settings' signature)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before ``.env``, a value before its ``…_FILE``."""
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            _SecretFiles(settings_cls, env_settings, dotenv_settings),
        )

    @field_validator("discord_cdn_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("discord_token", "imgur_client_id")
    @classmethod
    def _no_placeholder(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value().strip()
        if not text or text.startswith("<") or text.lower() in {"changeme", "secret", "token"}:
            raise ValueError("still holds a placeholder")
        return SecretStr(text)

    @field_validator("discord_api_url", "discord_authorize_url", "imgur_api_url", "public_base_url")
    @classmethod
    def _absolute_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ValueError("is not an http(s) address")
        if parts.query or parts.fragment:
            raise ValueError("may not hold a query or a fragment")
        return value.rstrip("/")

    @field_validator("public_base_url")
    @classmethod
    def _https_unless_local(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError("must be https (people sign in there)")
        return value

    @field_validator("secret_keys")
    @classmethod
    def _readable_ring(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            KeyRing.parse(value.get_secret_value())
        return value

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(_ENGINES):
            raise ValueError("is not of the form sqlite:///path or postgresql://user@host/name")
        return value

    @field_validator("instance")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if re.fullmatch(r"[a-z0-9-]+", value) is None:
            raise ValueError("may hold small letters, digits and dashes only")
        return value

    @model_validator(mode="after")
    def _cdn_hosts_readable(self) -> "Settings":
        if not self.discord_cdn_hosts:
            raise ValueError("discord_cdn_hosts: names no host")
        return self

    @property
    def uses_foreign_discord(self) -> bool:
        """Whether ``DISCORD_API_URL`` is not Discord's own."""
        return self.discord_api_url != DISCORD_API

    @property
    def postgresql_url(self) -> str | None:
        """The server that keeps the data; ``None`` when a file does."""
        url = "" if self.database_url is None else self.database_url.get_secret_value()
        return url if url.startswith("postgresql://") else None

    @property
    def sqlite_path(self) -> Path:
        """The database file."""
        if self.database_url is None:
            return self.data_dir / "bot.sqlite3"
        return Path(self.database_url.get_secret_value().removeprefix("sqlite:///"))

    @property
    def tombstones_path(self) -> Path:
        """The file that tells an older copy of the database who was forgotten since."""
        return self.data_dir / "tombstones"

    @property
    def linking_gap(self) -> str:
        """What account linking lacks, in words; empty when it lacks nothing."""
        if self.imgur_client_secret is None:
            return "IMGUR_CLIENT_SECRET is not set, so Imgur accounts cannot be linked"
        if self.public_base_url is None:
            return "PUBLIC_BASE_URL is not set, so Imgur accounts are linked by pasting an address"
        if self.discord_client_secret is None:
            return "DISCORD_CLIENT_SECRET is not set, so linking ends with a code to type"
        return ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for whoever must keep them out of something."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))

    @property
    def max_file_bytes(self) -> int:
        """The operator's bound for one file."""
        return self.max_file_mib * _MIB

    @property
    def max_spool_bytes(self) -> int:
        """The bound for all waiting files together."""
        return self.max_spool_mib * _MIB


def load_settings(**overrides: Any) -> Settings:
    """Build the settings from the environment.

    Raises:
        SettingsError: The first setting that is missing or wrong; never holds a value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise _translate(error) from None


def _translate(error: ValidationError) -> SettingsError:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else first["msg"].split(":")[0].split()[-1]
    if first["type"] == "missing":
        reason = "is not set"
    else:
        reason = first["msg"].removeprefix("Value error, ").removeprefix(f"{field}: ")
    return SettingsError(field.upper(), reason, _EXAMPLES.get(field, "…"))


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads ``NAME_FILE=path`` for every secret, from the environment or ``.env``."""

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        *sources: PydanticBaseSettingsSource,
    ) -> None:
        super().__init__(settings_cls)
        self._variables: dict[str, str] = {}
        for source in reversed(sources):
            if isinstance(source, EnvSettingsSource | DotEnvSettingsSource):
                self._variables |= {
                    name.lower(): value for name, value in source.env_vars.items() if value
                }

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 (pydantic-settings' signature)
        """The content of the file that ``NAME_FILE`` names, without its line end."""
        path = self._variables.get(f"{field_name}_file")
        if path is None:
            return None, field_name, False
        return _read_secret(field_name, Path(path)), field_name, False

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            if "SecretStr" in str(field.annotation):
                value, _, _ = self.get_field_value(field, name)
                if value is not None:
                    values[name] = value
        return values


def _read_secret(field_name: str, path: Path) -> str:
    variable = f"{field_name}_file".upper()
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = f"cannot be read ({type(error).__name__})"
        raise SettingsError(variable, reason, f"/run/secrets/{field_name}") from None
    if not text:
        raise SettingsError(variable, "names an empty file", f"/run/secrets/{field_name}")
    return text


def load_key_ring(settings: Settings) -> tuple[KeyRing, bool]:
    """The key ring, made and kept under ``DATA_DIR/secret-keys`` when none was given.

    Returns:
        The ring, and whether it was made just now.

    Raises:
        SettingsError: The kept file cannot be read, or others may read it.
    """
    if settings.secret_keys is not None:
        return KeyRing.parse(settings.secret_keys.get_secret_value()), False
    path = settings.data_dir / "secret-keys"
    if path.exists():
        if path.stat().st_mode & 0o077:
            raise SettingsError(
                "SECRET_KEYS", f"{path} may be read by others; run chmod 600 on it", "k1:…"
            )
        try:
            return KeyRing.parse(path.read_text(encoding="ascii").strip()), False
        except (OSError, ValueError) as error:
            raise SettingsError("SECRET_KEYS", f"{path}: {error}", "k1:…") from None
    ring = KeyRing.generate("k1")
    _write_ring(path, ring)
    return ring, True


def add_key(settings: Settings, ring: KeyRing) -> KeyRing:
    """``ring`` with a fresh key in front, kept under ``DATA_DIR/secret-keys``.

    Raises:
        SettingsError: ``SECRET_KEYS`` is set, so the keys are the operator's to change.
    """
    if settings.secret_keys is not None:
        raise SettingsError(
            "SECRET_KEYS",
            "put a new key in front of the present ones and start the bot again; it then seals "
            "everything anew by itself",
            "k2:base64 of 32 bytes,k1:…",
        )
    numbers = [int(key_id[1:]) for key_id in ring.keys if re.fullmatch(r"k[0-9]{1,9}", key_id)]
    fresh = KeyRing.generate(f"k{max(numbers, default=0) + 1}")
    longer = KeyRing({**fresh.keys, **ring.keys})
    _write_ring(settings.data_dir / "secret-keys", longer)
    return longer


def _write_ring(path: Path, ring: KeyRing) -> None:
    """Write the file whole or not at all, for its owner's eyes only."""
    draft = path.with_name(f"{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{ring}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
