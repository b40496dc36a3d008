"""Nobody but the browser that opened the printed address is answered, and nothing but JSON from the page is taken."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from support.studio import Running

from eventfolio.cli.studio.guard import LARGEST, Keys
from eventfolio.cli.studio.serve import HOST

PLAY = {"client": "test", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {}, "without": []}}


def test_the_printed_address_is_swapped_for_a_strict_cookie(packaged: Running) -> None:
    status, headers, body = packaged.ask("GET", f"/?token={packaged.keys.token}", headers={"Cookie": None})
    assert (status, headers["location"], body) == (303, "/", b"")
    cookie = headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert packaged.keys.token not in cookie
    assert packaged.ask("GET", "/")[0] == 200


@pytest.mark.parametrize("path", ["/", "/state", "/runs", "/events", "/static/main.js", "/nowhere"])
@pytest.mark.parametrize(
    "cookie", [None, "", "eventfolio_studio=x", "other=1", "eventfolio_studio_{port}=wrong", "=;;,"]
)
def test_nothing_is_answered_without_the_cookie(packaged: Running, path: str, cookie: str | None) -> None:
    given = cookie.format(port=packaged.port) if cookie else cookie
    status, _, body = packaged.ask("GET", path, headers={"Cookie": given})
    assert status == 403
    assert b"Open the address" in body


@pytest.mark.parametrize("token", ["wrong", "%00", "a" * 5_000, "%F0%9F%98%80"])
def test_a_wrong_token_gives_no_cookie(packaged: Running, token: str) -> None:
    status, headers, _ = packaged.ask("GET", f"/?token={token}")
    assert status == 403
    assert "set-cookie" not in headers


def test_the_token_opens_the_first_address_only(packaged: Running) -> None:
    assert packaged.ask("GET", f"/state?token={packaged.keys.token}", headers={"Cookie": None})[0] == 403
    assert packaged.ask("POST", f"/?token={packaged.keys.token}", b"{}", {"Cookie": None})[0] == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LocalHost"])
def test_three_names_of_this_machine_are_answered(packaged: Running, name: str) -> None:
    host = f"{name}:{packaged.port}"
    assert packaged.ask("GET", "/state", headers={"Host": host})[0] == 200
    assert packaged.ask("POST", "/play", PLAY, {"Host": host, "Origin": f"http://{host.lower()}"})[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost",
        "127.0.0.1.example.com:{port}",
        "0.0.0.0:{port}",
        None,
        "",
    ],
)
def test_another_name_is_refused(packaged: Running, host: str | None) -> None:
    """A page of elsewhere whose name is made to mean this machine."""
    given = host.format(port=packaged.port) if host else host
    assert packaged.ask("GET", "/state", headers={"Host": given})[0] in (400, 421)
    assert packaged.ask("GET", f"/?token={packaged.keys.token}", headers={"Host": given})[0] in (400, 421)


@pytest.mark.parametrize("origin", ["http://example.com", "null", "", "http://127.0.0.1", "https://127.0.0.1:{port}"])
def test_another_origin_is_refused_wherever_it_stands(packaged: Running, origin: str) -> None:
    given = {"Origin": origin.format(port=packaged.port)}
    assert packaged.ask("POST", "/play", PLAY, given)[0] == 403
    assert packaged.ask("GET", "/state", headers=given)[0] == 403


def test_another_name_of_this_machine_is_another_origin(packaged: Running) -> None:
    assert packaged.ask("POST", "/play", PLAY, {"Origin": f"http://localhost:{packaged.port}"})[0] == 403


def test_a_post_must_say_where_it_comes_from(packaged: Running) -> None:
    assert packaged.ask("POST", "/play", PLAY, {"Origin": None})[0] == 403


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; x=y"])
def test_a_form_of_elsewhere_changes_nothing(packaged: Running, kind: str | None) -> None:
    assert packaged.ask("POST", "/keep", PLAY, {"Content-Type": kind})[0] == 415


@pytest.mark.parametrize("path", ["/play", "/keep", "/heat", "/compare", "/explain"])
def test_nothing_is_done_by_get(packaged: Running, path: str) -> None:
    assert packaged.ask("GET", path)[0] == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(packaged: Running, method: str) -> None:
    assert packaged.ask(method, "/state")[0] == 405


def test_a_body_is_bounded_whatever_it_says_of_its_length(packaged: Running) -> None:
    assert packaged.ask("POST", "/play", b"[" * (LARGEST + 1))[0] == 413
    own = socket.create_connection((HOST, packaged.port), timeout=30)
    head = f"POST /play HTTP/1.1\r\nHost: {HOST}:{packaged.port}\r\nCookie: {packaged.cookie}\r\n"
    head += f"Origin: {packaged.origin}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    own.sendall(head.encode())
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    try:
        for _ in range(LARGEST // 0x10000 + 2):
            own.sendall(piece)
        answer = own.recv(200)
    except OSError:  # the studio has hung up on it
        answer = own.recv(200)
    own.close()
    assert b" 413 " in answer


@pytest.mark.parametrize("name", ["Origin", "Content-Type"])
def test_a_header_that_stands_there_twice_is_refused(packaged: Running, name: str) -> None:
    value = packaged.origin if name == "Origin" else "application/json"
    assert packaged.ask("POST", "/play", PLAY, {name: value, name.lower(): value})[0] == 400


@pytest.mark.parametrize("path", ["/", "/state", "/static/main.js", "/static/page.css", "/nowhere"])
def test_every_answer_says_what_a_browser_may_do_with_it(packaged: Running, path: str) -> None:
    _, headers, _ = packaged.ask("GET", path)
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../guard.py",
        "/static/%2e%2e%2fguard.py",
        "/static/..%2f..%2fstudio%2fguard.py",
        "/static/nothing.js",
        "/static/%00",
        "/%00",
        "/" + "a" * 5_000,
    ],
)
def test_only_the_page_s_own_files_are_served(packaged: Running, path: str) -> None:
    assert packaged.ask("GET", path)[0] == 404


def test_kept_runs_lie_below_a_key_and_as_pages_of_nowhere(packaged: Running) -> None:
    out, key = packaged.tasks.stage.out, packaged.keys.kept
    folder = out / "some-run"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text("<script>1</script>")
    (folder / "run.json").write_text("{}")
    (folder / ".hidden").write_text("x")
    (out / "plotly.min.js").write_text("1")
    (out / "trials.csv").write_text((out / "trials.csv").read_text() if (out / "trials.csv").exists() else "")
    outside = out.parent / "secret.txt"
    outside.write_text("secret")
    if not (folder / "link.html").is_symlink():
        (folder / "link.html").symlink_to(outside)
    status, headers, _ = packaged.ask("GET", f"/kept/{key}/some-run/index.html", headers={"Cookie": None})
    assert status == 200
    policy = headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy  # falls back to default-src 'none'
    assert "default-src 'none'" in policy
    assert packaged.ask("GET", f"/kept/{key}/some-run/run.json")[1]["content-type"].startswith("text/plain")
    assert packaged.ask("GET", f"/kept/{key}/plotly.min.js", headers={"Cookie": None})[0] == 200
    for path in (
        "trials.csv",
        "some-run/.hidden",
        "some-run/link.html",
        "some-run/../../secret.txt",
        "some-run/%2e%2e/%2e%2e/secret.txt",
        "some-run",
        "%2Fetc/passwd",
        "%00",
        "some-run/%00.html",
        "some-run/" + "a" * 5_000,
        "/".join(["a"] * 5_000),
        "some-run/%ff.html",
        "some-run/index.html/more",
    ):
        assert packaged.ask("GET", f"/kept/{key}/{path}")[0] == 404, path
    for wrong in ("x", "", packaged.keys.token):
        assert packaged.ask("GET", f"/kept/{wrong}/some-run/index.html")[0] == 403


def test_no_websocket_is_opened(packaged: Running) -> None:
    more = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "x" * 22 + "==",
        "Sec-WebSocket-Version": "13",
    }
    status, headers, _ = packaged.ask("GET", "/events2", headers=more)  # type: ignore[arg-type]
    assert status != 101
    assert "sec-websocket-accept" not in headers


def test_keys_are_long_and_never_the_same() -> None:
    first, second = Keys(), Keys()
    every = {first.token, first.cookie, first.kept, second.token, second.cookie, second.kept}
    assert len(every) == 6
    assert all(len(key) >= 32 for key in every)


def test_the_studio_listens_on_this_machine_alone(packaged: Running) -> None:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if Path("/proc/net/tcp").exists() else ():
        where, state = line.split()[1], line.split()[3]
        if state == "0A" and where.endswith(f":{packaged.port:04X}"):
            assert where.startswith("0100007F:")  # 127.0.0.1
