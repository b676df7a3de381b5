import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AddressRefusedError
from bot.media.addresses import (
    Origin,
    PublicRules,
    check_attachment_url,
    check_downgrade,
    check_public_url,
    filename_of,
    is_public,
    parse_origins,
)

RULES = PublicRules(denied_hosts=frozenset({"bot.example.org"}))

REFUSED_URLS = """
http://127.0.0.1/
http://127.0.0.1.:80/
http://127.1/
http://127.0.1/
http://0/
http://0.0.0.0/
http://2130706433/
http://017700000001/
http://0177.0.0.1/
http://0x7f000001/
http://0x7f.0.0.1/
http://0x7f.1/
http://127.0.0.0x1/
http://127.000.000.001/
http://127.0.0.1:443/
http://127%2e0%2e0%2e1/
http://%31%32%37.0.0.1/
http://[::1]/
http://[0:0:0:0:0:0:0:1]/
http://[::]/
http://[::ffff:127.0.0.1]/
http://[::ffff:7f00:1]/
http://[0:0:0:0:0:ffff:127.0.0.1]/
http://[::127.0.0.1]/
http://[64:ff9b::7f00:1]/
http://[64:ff9b::10.0.0.1]/
http://[64:ff9b:1::1]/
http://[2002:7f00:1::]/
http://[2001:0:7f00:1::]/
http://[fe80::1]/
http://[fe80::1%25eth0]/
http://[fec0::1]/
http://[fc00::1]/
http://[fd12:3456::1]/
http://[ff02::1]/
http://[2001:db8::1]/
http://10.0.0.1/
http://172.16.0.1/
http://172.31.255.255/
http://192.168.0.1/
http://169.254.169.254/latest/meta-data/
http://[::ffff:169.254.169.254]/
http://100.64.0.1/
http://168.63.129.16/
http://192.0.0.192/
http://192.0.2.1/
http://192.88.99.1/
http://198.18.0.1/
http://198.51.100.1/
http://203.0.113.1/
http://224.0.0.1/
http://240.0.0.1/
http://255.255.255.255/
http://localhost/
http://LOCALHOST/
http://localhost./
http://intranet/
http://metadata/
http://bot.example.org/
http://BOT.example.org./
https://bot.example.org:443/callback
http://example.org:22/
http://example.org:8080/
http://example.org:0/
http://example.org:99999/
http://example.org:8o/
http://user@example.org/
http://user:secret@example.org/
http://@example.org/
http://example.org@127.0.0.1/
http://example..org/
http://.example.org/
http://exam_ple/
http://1.2.3.4.5/
http://example.123/
http://example.0x7f/
http://[::1
http://[example.org]/
http:///example.org/
http:example.org/
//example.org/
example.org
ftp://example.org/
file:///etc/passwd
gopher://example.org/
data:image/png;base64,AAAA
javascript:alert(1)
unix:///var/run/docker.sock
""".strip().splitlines()

ODD_URLS = [
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",  # wide digits
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",  # digits in circles
    "http://127\u30020\u30020\u30021/",  # ideographic full stops
    "http://example.org\\@127.0.0.1/",
    "http://127.0.0.1\\.example.org/",
    "http://exa mple.org/",
    " http://example.org/",
    "http://example.org/a\tb",
    "http://example.org/a\r\nHost:x",
    "http://example.org/\x00",
    "http://ex\x00ample.org/",
]

OPEN_URLS = {
    "http://example.org": "http://example.org:80/",
    "https://EXAMPLE.org./a/b.png?x=1&y=%20#part": "https://example.org:443/a/b.png?x=1&y=%20",
    "https://example.org:443/": "https://example.org:443/",
    "http://8.8.8.8/x": "http://8.8.8.8:80/x",
    "http://[2606:4700::1111]/x": "http://[2606:4700::1111]:80/x",
    "http://[::ffff:8.8.8.8]/": "http://[::ffff:8.8.8.8]:80/",
    "http://[64:ff9b::808:808]/": "http://[64:ff9b::808:808]:80/",
    "https://\uff45xample.org/ä": "https://example.org:443/%C3%A4",
    "https://münchen.example/": "https://xn--mnchen-3ya.example:443/",
    "http://example.org/?@127.0.0.1": "http://example.org:80/?@127.0.0.1",
}


def test_the_table_is_long_enough() -> None:
    assert len({*REFUSED_URLS, *ODD_URLS}) >= 60


@pytest.mark.parametrize("url", REFUSED_URLS + ODD_URLS)
def test_an_inner_or_odd_address_is_refused_with_the_one_sentence(url: str) -> None:
    with pytest.raises(AddressRefusedError, match=r"^an address that is not opened$"):
        check_public_url(url, RULES)


@pytest.mark.parametrize(("url", "canonical"), OPEN_URLS.items())
def test_an_open_address_comes_out_in_one_form(url: str, canonical: str) -> None:
    assert check_public_url(url, RULES) == canonical


@pytest.mark.parametrize("url", OPEN_URLS)
def test_the_canonical_form_is_its_own(url: str) -> None:
    canonical = check_public_url(url, RULES)
    assert check_public_url(canonical, RULES) == canonical


def test_an_address_of_over_2_kib_is_refused() -> None:
    url = "http://example.org/".ljust(2048, "a")
    assert check_public_url(url, RULES)
    with pytest.raises(AddressRefusedError):
        check_public_url(url + "a", RULES)


def test_tests_may_open_networks_and_ports() -> None:
    rules = PublicRules(
        allowed_ports=frozenset({8080}),
        allowed_networks=(ipaddress.ip_network("127.0.0.0/8"),),
    )
    assert check_public_url("http://127.0.0.1:8080/", rules)
    for url in ("http://127.0.0.1:80/", "http://10.0.0.1:8080/"):
        with pytest.raises(AddressRefusedError):
            check_public_url(url, rules)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://["]))
def test_any_text_is_an_address_or_refused(text: str, start: str) -> None:
    try:
        check_public_url(start + text, RULES)
    except AddressRefusedError:
        return


@given(st.ip_addresses(v=4))
def test_a_mapped_or_translated_address_is_as_open_as_the_one_within(
    address: ipaddress.IPv4Address,
) -> None:
    within = is_public(address)
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        disguised = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(address))
        assert is_public(disguised) == within


# --- Attachments ----------------------------------------------------------------------------------

ORIGINS = parse_origins(["cdn.discordapp.com", " media.discordapp.net", "http://127.0.0.1:8080"])


def test_hosts_mean_https_and_origins_what_they_say() -> None:
    expected = {
        Origin("https", "cdn.discordapp.com", 443),
        Origin("https", "media.discordapp.net", 443),
        Origin("http", "127.0.0.1", 8080),
    }
    assert expected == ORIGINS


@pytest.mark.parametrize(
    "entry", ["", "https://", "ftp://host", "host/path", "https://host?x", "a b", "u@host", "h:x"]
)
def test_what_is_neither_host_nor_origin_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host nor an origin"):
        parse_origins([entry])


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3&",
        "https://CDN.discordapp.com:443/a.png",
        "http://127.0.0.1:8080/a.png",
    ],
)
def test_an_attachment_at_an_allowed_origin_is_opened_as_given(url: str) -> None:
    assert check_attachment_url(url, ORIGINS) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com:8443/a.png",
        "https://cdn.discordapp.com.example.org/a.png",
        "https://cdn.discordapp.com@example.org/a.png",
        "https://user@cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com\\@example.org/a.png",
        "https://example.org/cdn.discordapp.com",
        "https://127.0.0.1:8080/a.png",
        "http://127.0.0.1/a.png",
        "http://localhost:8080/a.png",
        "",
        "https://[",
    ],
)
def test_an_attachment_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_attachment_url(url, ORIGINS)


def test_a_redirect_may_not_give_encryption_up() -> None:
    check_downgrade("https://a.example/", "https://b.example/")
    check_downgrade("http://a.example/", "https://b.example/")
    with pytest.raises(AddressRefusedError):
        check_downgrade("https://a.example/", "http://b.example/")


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h/a/cat.png?ex=1", "cat.png"),
        ("https://h/a%20b%28c%29.png", "a b(c).png"),
        ("https://h/%D0%BA%D0%BE%D1%82.png", "кот.png"),
        ("https://h/", "file"),
        ("https://h", "file"),
        ("https://h/..", "file"),
        ("https://h/..%2F..%2Fetc%2Fpasswd", "etc_passwd"),
        ("https://h/a%00b%0d%0a.png", "a_b_.png"),
        ("https://h/%E2%80%AEgnp.exe", "gnp.exe"),
        ("https://h/%22%3E%3Cscript%3E.png", "script_.png"),
        ("https://h/" + "a" * 500 + ".png", "a" * 96 + ".png"),
        ("https://h/" + "a" * 500, "a" * 100),
    ],
)
def test_a_file_gets_a_harmless_name(url: str, name: str) -> None:
    assert filename_of(url) == name


@given(st.text(max_size=300))
def test_a_name_never_holds_what_could_hurt(text: str) -> None:
    name = filename_of("https://h/" + text.replace("?", "").replace("#", "").replace("[", ""))
    assert 1 <= len(name) <= 100
    assert not set(name) & set("/\\\x00\r\n\"'<>:|*?\u202e")
