"""What can be known of the container without a container engine."""

import ast
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.settings import Settings
from bot.uploads.admission import Bounds

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
#: The instructions without comments, each on one line.
STEPS = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE)).splitlines()
SETTINGS = {name.upper() for name in Settings.model_fields}
SECRETS = {
    name.upper()
    for name, field in Settings.model_fields.items()
    if "SecretStr" in str(field.annotation)
}


def compose(name: str = "compose.yaml") -> Any:
    return YAML(typ="safe").load(ROOT / "docker" / name)


BOT = compose()["services"]["bot"]


def last(instruction: str) -> str:
    """What the final image gets from the last such instruction."""
    return [step for step in STEPS if step.startswith(f"{instruction} ")][-1].split(" ", 1)[1]


def variables() -> dict[str, str]:
    return dict(word.split("=", 1) for word in last("ENV").split())


def health_command() -> list[str]:
    command: list[str] = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    return command


@contextmanager
def ops_port(status: int, body: bytes) -> Iterator[int]:
    """Something that answers ``/healthz``, and nothing else."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def health_check(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (the command is the Dockerfile's own)
        [sys.executable, *health_command()[1:]],
        env={**os.environ, "OPS_PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


# --- the health check -----------------------------------------------------------------------------


def test_a_healthy_bot_passes_the_health_check() -> None:
    with ops_port(200, b"{}") as port:
        assert health_check(port).returncode == 0


def test_an_unhealthy_bot_fails_it_and_says_why() -> None:
    with ops_port(503, b'{"discord": "not connected"}') as port:
        result = health_check(port)
    assert result.returncode == 1
    assert "not connected" in result.stdout


def test_a_silent_bot_fails_it() -> None:
    with ops_port(200, b"") as port:
        pass
    assert health_check(port).returncode != 0


def test_the_health_check_looks_where_the_settings_say() -> None:
    ops = Settings.model_fields["ops_port"].default
    assert f"os.environ.get('OPS_PORT') or {ops}" in health_command()[-1]


def test_compose_repeats_the_health_check_of_the_image() -> None:
    mine = BOT["healthcheck"]
    flags = dict(re.findall(r"--([a-z-]+)=(\S+)", last("HEALTHCHECK")))
    assert mine["test"] == ["CMD", *health_command()]
    assert flags == {
        "interval": mine["interval"],
        "timeout": mine["timeout"],
        "start-period": mine["start_period"],
        "retries": str(mine["retries"]),
    }


# --- the image ------------------------------------------------------------------------------------


def test_the_image_starts_the_bot_without_a_shell() -> None:
    assert json.loads(last("ENTRYPOINT")) + json.loads(last("CMD")) == [
        "python",
        "-m",
        "bot",
        "run",
    ]


def test_the_image_runs_as_a_user_without_rights() -> None:
    assert last("USER") == "10001:10001"


def test_data_goes_to_the_volume() -> None:
    assert variables()["DATA_DIR"] == last("VOLUME") == "/data"
    assert "data:/data" in BOT["volumes"]


def test_the_pages_are_reachable_from_outside_at_their_usual_port() -> None:
    assert variables()["WEB_HOST"] == "0.0.0.0"  # noqa: S104 (the container's own network)
    assert last("EXPOSE") == str(Settings.model_fields["web_port"].default)


def test_only_hashed_wheels_are_installed() -> None:
    (install,) = (step for step in STEPS if " install --no-cache-dir" in step)
    assert "--require-hashes --only-binary :all:" in install
    assert "COPY requirements/run.lock /opt/run.lock" in STEPS


def test_any_builder_can_build_it() -> None:
    assert not re.search(
        r"^# *syntax=|--mount=|<<|COPY .*--(link|chmod|parents)", DOCKERFILE, re.MULTILINE
    )


def test_the_context_holds_what_is_copied_and_nothing_else() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {step.split()[1] for step in STEPS if re.match(r"COPY (?!--from)", step)}
    assert "*" in ignore
    assert {line[1:] for line in ignore if line.startswith("!")} == copied
    assert all((ROOT / path).exists() for path in copied)


def test_the_run_time_lock_holds_every_library_that_is_imported() -> None:
    lock = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    locked = {name.lower() for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    of_module = packages_distributions()
    foreign = {module for module in imported() if module in of_module} - {"bot", "cogs"}
    missing = {
        module
        for module in foreign
        if not {re.sub(r"[-_.]+", "-", name).lower() for name in of_module[module]} & locked
    }
    assert "discord" in foreign
    assert not missing


def imported() -> set[str]:
    """The top names of all that the shipped code imports."""
    names: set[str] = set()
    for folder in ("bot", "cogs"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.partition(".")[0])
    return names


# --- compose --------------------------------------------------------------------------------------


def test_compose_sets_only_what_the_bot_knows() -> None:
    assert set(BOT["environment"]) <= SETTINGS


def test_the_published_port_leads_to_the_pages() -> None:
    environment = BOT["environment"]
    assert environment["WEB_HOST"] == variables()["WEB_HOST"]
    assert BOT["ports"] == [f"127.0.0.1:8080:{environment['WEB_PORT']}"]


def test_the_bot_has_time_to_finish_its_uploads() -> None:
    grace_s = int(BOT["stop_grace_period"].removesuffix("s"))
    assert grace_s >= Bounds().drain_s + 5


def test_the_bot_is_locked_in() -> None:
    assert BOT["read_only"] is True
    assert BOT["cap_drop"] == ["ALL"]
    assert BOT["security_opt"] == ["no-new-privileges:true"]
    assert {"pids_limit", "mem_limit"} <= set(BOT)


def test_a_wrong_setting_does_not_restart_the_bot_for_ever() -> None:
    assert re.fullmatch(r"on-failure:[1-9]\d*", BOT["restart"])


def test_secrets_come_from_files_under_the_names_that_the_settings_read() -> None:
    overlay = compose("compose.secrets.yaml")
    bot = overlay["services"]["bot"]
    for variable, path in bot["environment"].items():
        assert variable.removesuffix("_FILE") in SECRETS
        assert path == f"/run/secrets/{variable.removesuffix('_FILE').lower()}"
    mounted = {Path(path).name for path in bot["environment"].values()}
    assert mounted == set(bot["secrets"]) == set(overlay["secrets"])


def test_an_empty_line_in_the_env_file_leaves_the_secret_to_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("abc.def.ghi\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCORD_TOKEN", "")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("IMGUR_CLIENT_ID", "0123456789abcde")
    assert Settings().discord_token.get_secret_value() == "abc.def.ghi"
