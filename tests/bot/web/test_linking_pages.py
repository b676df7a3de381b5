"""The linking pages as any client meets them (T3 to T7)."""

import asyncio
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.accounts.announcing import InteractionRef
from bot.errors import (
    DiskFullError,
    ForeignTokenError,
    LinkDeniedError,
    LinkedElsewhereError,
    LinkingUnavailableError,
    SettingsError,
    TransportError,
)
from bot.web.answers import WRITES_PER_MINUTE
from bot.web.server import serve_pages
from tests.bot.accounts.making import ALICE, BOB, asker, on_disk
from tests.bot.web.site import (
    Browser,
    Site,
    browser_of,
    redirect_with,
    serve_site,
    state_in,
)

COMMON_HEADERS: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=63072000",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


# --- the whole way


async def test_linking_ends_in_the_browser_and_in_discord(site: Site, alices: Browser) -> None:
    answer = await alices.link(await site.linking.begin(asker()))

    assert answer.status == 200
    assert (answer.data["kind"], answer.data["name"]) == ("done", "marmalade")
    assert await site.bindings(ALICE) == [(ALICE, "marmalade")]
    [(ref, linked)] = site.notebook.linked_to
    assert ref == asker().interaction
    assert linked.account.username == "marmalade"
    assert alices.cookies == {}


async def test_the_first_page_names_the_discord_user(site: Site, alices: Browser) -> None:
    page = await alices.get(await site.linking.begin(asker(ALICE, "alice<b>")))

    assert page.status == 200
    assert "<strong>alice&lt;b&gt;</strong>" in page.text


async def test_the_pages_speak_the_visitors_language_to_the_end(
    site: Site, alices: Browser
) -> None:
    german = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    address = await site.linking.begin(asker())
    page = await alices.get(address, **german)
    landed = await alices.at_imgur(await alices.up_to_imgur(address))

    answer = await alices.land(landed, **german)

    assert "Verbinde dein Imgur\u2011Konto" in page.text
    assert answer.data["heading"] == "Dein Imgur\u2011Konto ist verbunden"
    assert (await alices.land(landed, **german)).data["heading"] == "Dieser Link gilt nicht mehr"
    assert "Diese Seite gibt es nicht" in (await alices.get("/nowhere", **german)).text


async def test_the_bound_cookie_is_out_of_reach_for_scripts_and_other_sites(
    site: Site, alices: Browser
) -> None:
    answer = await alices.press_continue(await site.linking.begin(asker()))

    [cookie] = answer.headers.getall("Set-Cookie")
    assert re.fullmatch(
        r"__Host-link=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=Lax; Secure", cookie
    )


async def test_discord_is_asked_silently_first_and_openly_the_second_time(
    site: Site, alices: Browser
) -> None:
    address = await site.linking.begin(asker())

    prompts = [
        "none" in (await alices.press_continue(address)).location.partition("prompt=")[2][:4]
        for _ in range(2)
    ]

    assert prompts == [True, False]


async def test_a_visitor_for_whom_discord_cannot_answer_silently_is_asked(
    site: Site, alices: Browser
) -> None:
    site.discord.silent_error = "interaction_required"

    answer = await alices.land(
        await alices.at_discord((await alices.press_continue(await _address(site))).location)
    )
    again = await alices.land(await alices.at_discord(answer.data["next"]))

    assert [visit["prompt"] for visit in site.discord.visits] == ["none", "consent"]
    assert again.data["next"].startswith(site.imgur.url)


async def test_discords_token_is_given_back_at_once(site: Site, alices: Browser) -> None:
    await alices.up_to_imgur(await _address(site))

    assert len(site.discord.issued) == 1
    assert site.discord.tokens == {}


# --- other ends


async def test_denying_at_imgur_ends_the_attempt_everywhere(site: Site, alices: Browser) -> None:
    address = await _address(site)

    answer = await alices.land(
        await alices.at_imgur(await alices.up_to_imgur(address), press="deny")
    )

    assert (answer.status, answer.data["heading"]) == (200, "Nothing was linked")
    assert isinstance(site.notebook.failures[0][1], LinkDeniedError)
    assert (await alices.get(address)).status == 410


async def test_denying_is_understood_without_a_state_and_in_either_place(
    site: Site, alices: Browser
) -> None:
    for answer_of_imgur in ("#error=access_denied", "?error=access_denied"):
        await alices.up_to_imgur(await _address(site))
        answer = await alices.land(f"/callback/imgur{answer_of_imgur}")
        assert (answer.status, answer.data["heading"]) == (200, "Nothing was linked")
    assert len(site.notebook.failures) == 2


async def test_denying_at_discord_ends_the_attempt(site: Site, bobs: Browser) -> None:
    bobs.discord_user = None  # the stand-in denies whoever is not signed in
    leaving = (await bobs.press_continue(await _address(site))).location

    answer = await bobs.land(await bobs.at_discord(leaving))

    assert (answer.status, answer.data["heading"]) == (200, "Nothing was linked")
    assert isinstance(site.notebook.failures[0][1], LinkDeniedError)


async def test_an_account_that_somebody_else_has_linked_is_refused(
    site: Site, alices: Browser, bobs: Browser
) -> None:
    await alices.link(await _address(site))

    answer = await bobs.link(await site.linking.begin(asker(BOB, "bob")))

    assert answer.status == 409
    assert isinstance(site.notebook.failures[0][1], LinkedElsewhereError)
    assert await site.bindings(ALICE, BOB) == [(ALICE, "marmalade")]


async def test_linking_again_refreshes_and_another_account_stands_aside(
    site: Site, alices: Browser
) -> None:
    for account in ("marmalade", "marmalade", "pixelpenguin"):
        answer = await alices.link(await _address(site), account)

    assert answer.data["heading"] == "A further Imgur account is linked"
    assert await site.bindings(ALICE) == [(ALICE, "marmalade"), (ALICE, "pixelpenguin")]


async def test_replacing_is_done_when_it_was_agreed_to(site: Site, alices: Browser) -> None:
    await alices.link(await _address(site))

    await alices.link(await site.linking.begin(asker(), replace=True), "pixelpenguin")

    assert await site.bindings(ALICE) == [(ALICE, "pixelpenguin")]
    replaced = site.notebook.linked_to[1][1].replaced
    assert replaced is not None
    assert replaced.username == "marmalade"


async def test_discord_being_down_leaves_the_link_good(site: Site, alices: Browser) -> None:
    address = await _address(site)
    back = await alices.at_discord((await alices.press_continue(address)).location)
    site.discord.is_down = True

    answer = await alices.land(back)

    assert (answer.status, answer.data["heading"]) == (502, "Discord did not answer")
    site.discord.is_down = False
    assert (await alices.link(address)).status == 200


async def test_imgur_failing_is_told_in_both_places(site: Site, alices: Browser) -> None:
    landed = await alices.at_imgur(await alices.up_to_imgur(await _address(site)))
    await _arm(site, "varnish-503", "/oauth2/token")

    answer = await alices.land(landed)

    assert (answer.status, answer.data["heading"]) == (502, "Imgur did not answer")
    assert len(site.notebook.failures) == 1
    assert await site.bindings(ALICE) == []


async def test_imgur_taking_too_long_is_told_in_both_places(
    site: Site, alices: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.accounts.linking._FINISH_TIMEOUT_S", 0.05)
    landed = await alices.at_imgur(await alices.up_to_imgur(await _address(site)))
    await _arm(site, "slow:1", "/oauth2/token")

    answer = await alices.land(landed)

    assert (answer.status, answer.data["heading"]) == (502, "Imgur did not answer")
    assert isinstance(site.notebook.failures[0][1], TransportError)


async def test_a_database_that_fails_is_our_fault_and_says_nothing_more(
    site: Site, alices: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise DiskFullError("no room left for the database")

    landed = await alices.at_imgur(await alices.up_to_imgur(await _address(site)))
    site.links.link = full

    answer = await alices.land(landed)

    assert (answer.status, answer.data["heading"]) == (503, "Something went wrong on our side")
    assert "no room" not in answer.text
    assert "DiskFullError" in caplog.text


async def test_a_dead_announcer_does_not_undo_a_link(site: Site, alices: Browser) -> None:
    async def broken(_ref: InteractionRef, _linked: object) -> None:
        raise TransportError("Discord is away", maybe_applied=True)

    site.notebook.linked = broken

    assert (await alices.link(await _address(site))).status == 200
    assert await site.bindings(ALICE) == [(ALICE, "marmalade")]


# --- T3: replay, expiry, guessing, racing


async def test_of_fifty_equal_posts_one_is_a_200(site: Site, alices: Browser) -> None:
    landed = await alices.at_imgur(await alices.up_to_imgur(await _address(site)))
    parts = urlsplit(landed)
    fields = {"query": f"?{parts.query}", "fragment": f"#{parts.fragment}"}
    site.clock.advance(minutes=1)  # a fresh allowance, which is what bounds the number of posts

    answers = await asyncio.gather(*(alices.post(parts.path, fields) for _ in range(50)))

    statuses = sorted(answer.status for answer in answers)
    assert statuses.count(200) == 1
    assert statuses.count(410) == WRITES_PER_MINUTE - 1
    assert statuses.count(429) == 50 - WRITES_PER_MINUTE
    assert len(site.notebook.linked_to) == 1


async def test_a_link_is_gone_after_ten_minutes(site: Site, alices: Browser) -> None:
    address = await _address(site)
    landed = await alices.at_imgur(await alices.up_to_imgur(address))
    site.clock.advance(seconds=601)

    assert (await alices.get(address)).status == 410
    assert (await alices.press_continue(address)).status == 410
    assert (await alices.land(landed)).status == 410
    assert await site.bindings(ALICE) == []


async def test_a_newer_link_voids_the_older(site: Site, alices: Browser) -> None:
    older = await _address(site)
    await _address(site)

    assert (await alices.get(older)).status == 410


async def test_guessing_finds_nothing_and_is_cut_short(site: Site, alices: Browser) -> None:
    imgur_page = await alices.up_to_imgur(await _address(site))
    site.clock.advance(minutes=1)

    statuses = [
        (await alices.post("/callback/imgur", {"query": f"?state=guess{n}"})).status
        for n in range(WRITES_PER_MINUTE + 10)
    ]

    assert set(statuses[:WRITES_PER_MINUTE]) == {410}
    assert set(statuses[WRITES_PER_MINUTE:]) == {429}
    site.clock.advance(minutes=1)
    assert (await alices.land(await alices.at_imgur(imgur_page))).status == 200


async def test_looking_ahead_spends_nothing(site: Site, alices: Browser) -> None:
    address = await _address(site)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as previewer:
        for _ in range(10):
            for method in ("HEAD", "GET"):
                async with previewer.request(method, urlsplit(address).path) as answer:
                    assert answer.status == 200
                    assert "Set-Cookie" not in answer.headers
        imgur_page = await alices.up_to_imgur(address)
        landed = await alices.at_imgur(imgur_page)
        for _ in range(3):
            async with previewer.get("/callback/imgur?state=" + state_in(imgur_page)) as answer:
                assert answer.status == 200

    assert (await alices.land(landed)).status == 200


# --- T4: tokens from elsewhere


async def test_tokens_of_another_application_are_refused(site: Site, alices: Browser) -> None:
    state = state_in(await alices.up_to_imgur(await _address(site)))

    answer = await alices.land(
        redirect_with(state, access_token="a" * 40, refresh_token="b" * 40, account_id="1")
    )

    assert answer.status == 403
    assert isinstance(site.notebook.failures[0][1], ForeignTokenError)
    assert await site.bindings(ALICE) == []


async def test_what_the_browser_says_about_the_account_is_not_believed(
    site: Site, alices: Browser
) -> None:
    landed = await alices.at_imgur(await alices.up_to_imgur(await _address(site)))
    forged = re.sub(r"account_username=\w+", "account_username=forged", landed)
    forged = re.sub(r"account_id=\d+", "account_id=1", forged)

    assert (await alices.land(forged)).data["name"] == "marmalade"
    assert await site.bindings(ALICE) == [(ALICE, "marmalade")]


async def test_the_token_that_was_in_the_address_is_void_where_imgur_rotates(
    site: Site, alices: Browser
) -> None:
    site.imgur.world.state.switches.rotate_refresh = True
    landed = await alices.at_imgur(await alices.up_to_imgur(await _address(site)))
    seen = dict(pair.split("=") for pair in urlsplit(landed).fragment.split("&"))
    await alices.land(landed)

    with pytest.raises(ForeignTokenError):
        await site.linking.enter_token(BOB, seen["refresh_token"])


# --- T5: nothing redirects below the callbacks


@pytest.mark.parametrize("path", ["/callback/imgur", "/callback/discord"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
async def test_nothing_below_the_callbacks_redirects(
    site: Site, path: str, slash: str, method: str
) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.request(
            method,
            f"http://127.0.0.1:{site.port}{path}{slash}?state=S&error=<script>alert(1)</script>",
            allow_redirects=False,
        ) as answer,
    ):
        assert answer.status in ({200} if method in {"GET", "HEAD"} else {403, 405})
        assert "<script>alert" not in await answer.text()


# --- T6: headers, and who may post


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/favicon.ico", 200),
        ("GET", "/callback/imgur", 200),
        ("HEAD", "/callback/discord", 200),
        ("GET", "/link/unknown", 410),
        ("GET", "/nowhere", 404),
        ("GET", "/callback/elsewhere", 404),
        ("GET", "/link/", 404),
        ("PUT", "/callback/imgur", 405),
        ("POST", "/callback/imgur", 403),
        ("POST", "/link/unknown", 403),
    ],
)
async def test_every_answer_carries_the_headers(
    site: Site, method: str, path: str, status: int
) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, f"http://127.0.0.1:{site.port}{path}") as answer,
    ):
        assert answer.status == status
        _expect_headers(answer.headers)


async def test_a_failing_handler_still_answers_with_a_page_and_the_headers(
    site: Site, alices: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_secret: str) -> None:
        raise ZeroDivisionError

    site.linking.visit = broken

    answer = await alices.get("/link/any")

    assert answer.status == 500
    assert "Something went wrong on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "a page failed" in caplog.text
    _expect_headers(answer.headers)


async def test_the_first_page_has_a_policy_of_its_own(site: Site, alices: Browser) -> None:
    page = await alices.get(await _address(site))

    assert f"form-action 'self' {site.discord.url};" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://bot.example"},
        {"Origin": "https://bot.example:8443"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "identity"},
    ],
)
async def test_only_our_own_page_may_post(
    site: Site, alices: Browser, headers: dict[str, str]
) -> None:
    landed = await alices.at_imgur(await alices.up_to_imgur(await _address(site)))

    assert (await alices.land(landed, **headers)).status == 403

    assert await site.bindings(ALICE) == []
    assert (await alices.land(landed)).status == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"query": 1}', b"\xff", b"[" * 5000])
async def test_what_is_no_object_of_texts_is_a_400(site: Site, body: bytes) -> None:
    headers = {"Origin": site.base_url, "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            f"http://127.0.0.1:{site.port}/callback/imgur", data=body, headers=headers
        ) as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["heading"] == "This request was not understood"


async def test_a_body_over_eight_kibibytes_is_refused(alices: Browser) -> None:
    answer = await alices.post("/callback/imgur", {"fragment": "x" * 9000})

    assert answer.status == 413


async def test_nothing_allows_other_origins_to_read(alices: Browser) -> None:
    answer = await alices.post("/callback/imgur", {"query": "?state=S"})

    assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_forwarded_headers_are_believed_from_nobody(alices: Browser) -> None:
    statuses = [
        (
            await alices.post(
                "/callback/imgur", {"query": "?state=S"}, **{"X-Forwarded-For": f"198.51.100.{n}"}
            )
        ).status
        for n in range(WRITES_PER_MINUTE + 1)
    ]

    assert statuses[-1] == 429


# --- T7: slow and broken clients


async def test_half_open_connections_hold_nobody_up(site: Site, alices: Browser) -> None:
    held = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(200)]
    for _, writer in held:
        writer.write(b"POST /callback/imgur HTTP/1.1\r\nHost: bot.example\r\n")

    assert (await alices.get("/")).status == 200

    assert not any(reader.at_eof() for reader, _ in held)  # nor had to wait until they were gone
    for _, writer in held:
        writer.close()


async def test_a_body_that_never_comes_is_given_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.guard.BODY_TIMEOUT_S", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(
        b"POST /callback/imgur HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
        b"Origin: https://bot.example\r\nContent-Type: application/json\r\n\r\n{"
    )

    async with asyncio.timeout(5):  # half of what it would be given otherwise
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_what_is_no_http_is_not_quoted_in_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET /callback/imgur?state=canary HTTP/9.9 extra\r\n\r\n")

    assert (await reader.readline()).endswith(b" 400 Bad Request\r\n")
    writer.close()
    assert "canary" not in caplog.text


async def test_a_taken_port_is_a_setting_that_is_wrong(site: Site) -> None:
    with pytest.raises(SettingsError) as caught:
        async with serve_pages(
            site.linking,
            base_url=site.base_url,
            host="127.0.0.1",
            port=site.port,
            clock=site.clock,
        ):
            pass

    assert caught.value.variable == "WEB_PORT"


# --- the log, and what Imgur's closed door does


async def test_the_log_names_pages_and_no_secrets(
    site: Site, alices: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = await _address(site)
    landed = await alices.at_imgur(await alices.up_to_imgur(address))
    await alices.land(landed)

    # The stand-ins' own access log is theirs.
    lines = [r.getMessage() for r in caplog.records if r.name != "aiohttp.access"]
    text = "\n".join(lines)
    assert any(line.startswith("POST /link/{ticket}") for line in lines)
    assert urlsplit(address).path.rpartition("/")[2] not in text
    for name in ("state", "access_token", "refresh_token"):
        [secret] = re.findall(rf"[?#&]{name}=([^&#]+)", landed)
        assert secret not in text


async def test_no_secret_reaches_the_disk_in_the_clear(site: Site, alices: Browser) -> None:
    await alices.link(await _address(site))
    await site.linking.begin(asker())

    stored = on_disk(site.folder)

    assert b"marmalade" in stored
    for token in site.imgur.world.state.tokens:
        assert token.access.encode() not in stored
        assert token.refresh.encode() not in stored
    assert asker().interaction.token.encode() not in stored


async def test_after_unlinking_nothing_of_the_tokens_is_left(site: Site, alices: Browser) -> None:
    await alices.link(await _address(site))
    [link] = await site.linking.status(ALICE)
    assert link.tokens is not None
    assert link.tokens.access in on_disk(site.folder)

    await site.linking.unlink(ALICE)

    assert link.tokens.access not in on_disk(site.folder)
    assert link.tokens.refresh not in on_disk(site.folder)


@pytest.mark.parametrize("closed", ["page", "capacity"])
async def test_while_imgurs_page_is_closed_no_link_is_made(site: Site, closed: str) -> None:
    site.imgur.world.state.switches.oauth_closed = closed

    for begin in (site.linking.begin, site.linking.begin_paste):
        with pytest.raises(LinkingUnavailableError) as caught:
            await begin(asker())
        assert caught.value.cause == "imgur"


async def test_a_token_can_be_entered_while_imgurs_page_is_closed(site: Site) -> None:
    site.imgur.world.state.switches.oauth_closed = "page"
    token = await _admin(site, "/sandbox/tokens", {"account": "marmalade"})

    linked = await site.linking.enter_token(ALICE, f" {token['refresh_token']} ")

    assert linked.account.username == "marmalade"


async def test_the_local_cookie_is_one_that_every_browser_keeps(tmp_path: Path) -> None:
    async with (
        serve_site(tmp_path, base_url="http://127.0.0.1:8080") as site,
        browser_of(site, ALICE) as browser,
    ):
        answer = await browser.press_continue(await site.linking.begin(asker()))

    [cookie] = answer.headers.getall("Set-Cookie")
    assert re.fullmatch(r"link=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=Lax", cookie)


async def _address(site: Site) -> str:
    return await site.linking.begin(asker())


async def _arm(site: Site, fault: str, path: str) -> None:
    await _admin(site, "/sandbox/faults", {"fault": fault, "match": {"path": path}, "times": None})


async def _admin(site: Site, path: str, body: object) -> dict[str, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{site.imgur.url}{path}", json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()
        result: dict[str, str] = await answer.json()
        return result


def _expect_headers(headers: Mapping[str, str]) -> None:
    assert {name: headers[name] for name in COMMON_HEADERS} == COMMON_HEADERS
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    for rule in ("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "Server" not in headers
