"""What operators set, and what they are told when it is wrong."""

import base64
from pathlib import Path

import pytest

from bot.accounts.vault import KeyRing
from bot.errors import SettingsError
from bot.settings import Settings, load_key_ring, load_settings

KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "the-token")
    monkeypatch.setenv("IMGUR_CLIENT_ID", "0123456789abcde")


@pytest.mark.usefixtures("required")
def test_two_settings_are_enough() -> None:
    settings = load_settings()
    assert "IMGUR_CLIENT_SECRET is not set" in settings.linking_gap
    assert settings.sqlite_path == Path("data/bot.sqlite3")


def test_a_missing_setting_is_named_with_an_example() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.variable == "DISCORD_TOKEN"
    assert "is not set (example: DISCORD_TOKEN=" in str(caught.value)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_PORT", "eighty"),
        ("WEB_PORT", "70000"),
        ("PUBLIC_BASE_URL", "imgur-bot.example"),
        ("PUBLIC_BASE_URL", "http://imgur-bot.example"),
        ("PUBLIC_BASE_URL", "https://imgur-bot.example/?a=b"),
        ("DISCORD_API_URL", "ftp://discord.example"),
        ("IMGUR_API_URL", "https://user:secret-in-url@imgur.example"),
        ("SECRET_KEYS", "k1:c2VjcmV0LWtleQ=="),
        ("SECRET_KEYS", f"k1:{KEY},k1:{KEY}"),
        ("DATABASE_URL", "mysql://root:secret@db/bot"),
        ("LOG_LEVEL", "LOUD"),
        ("DISCORD_CDN_HOSTS", " , "),
        ("CREDITS_PER_USER_HOUR", "3"),
        ("DISCORD_TOKEN", "<token>"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    text = str(caught.value)
    assert text.startswith(f"{name}: ")
    assert "\n" not in text
    assert "secret" not in text
    assert "c2VjcmV0" not in text


@pytest.mark.usefixtures("required")
def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-the-file\n")
    monkeypatch.setenv("IMGUR_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    secret = load_settings().imgur_client_secret
    assert secret is not None
    assert secret.get_secret_value() == "from-the-file"


def test_a_required_secret_may_come_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-the-file")
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN_FILE={tmp_path}/token\nIMGUR_CLIENT_ID=abc\n")
    assert load_settings().discord_token.get_secret_value() == "from-the-file"


@pytest.mark.usefixtures("required")
def test_a_value_wins_over_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-the-file")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    assert load_settings().discord_token.get_secret_value() == "the-token"


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("content", [None, ""])
def test_a_file_that_cannot_serve_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("IMGUR_CLIENT_SECRET_FILE", str(path))
    with pytest.raises(SettingsError, match=r"^IMGUR_CLIENT_SECRET_FILE: "):
        load_settings()


@pytest.mark.usefixtures("required")
def test_no_secret_stands_in_a_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEYS", f"k1:{KEY}")
    settings = load_settings()
    assert not any(secret in repr(settings) for secret in settings.secrets)
    assert set(settings.secrets) == {"the-token", "0123456789abcde", f"k1:{KEY}"}


@pytest.mark.usefixtures("required")
def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    made, is_new = load_key_ring(settings)
    again, is_new_again = load_key_ring(settings)
    assert (is_new, is_new_again) == (True, False)
    assert made.keys == again.keys
    assert (tmp_path / "secret-keys").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("required")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    load_key_ring(settings)
    (tmp_path / "secret-keys").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_key_ring(settings)


@pytest.mark.usefixtures("required")
def test_given_keys_are_used_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEYS", f"new:{KEY},old:{KEY}")
    ring, is_new = load_key_ring(load_settings(data_dir=tmp_path))
    assert isinstance(ring, KeyRing)
    assert ring.sealing_id == "new"
    assert not is_new
    assert not list(tmp_path.glob("secret-keys"))
