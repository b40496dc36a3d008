"""Fetching a page from a real server on loopback: drips, endless bodies, redirects, what breaks off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eventfolio.events.article import fetch
from eventfolio.events.article.fetch import fetched
from eventfolio.events.article.read import ArticleError, read_article
from eventfolio.events.errors import Unavailable

MOST = 100_000  # bytes


class Site:
    """A server whose pages are functions of the handler that answers."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        self.over = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                with suppress(OSError):  # the client has gone
                    site.pages[self.path](self)

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.over.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_DEADLINE", 0.4)


def answer(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return page


def to(where: str, status: int = 302) -> Callable[[BaseHTTPRequestHandler], None]:
    return answer(b"", status, Location=where)


def refusal(site: Site, path: str) -> str:
    with pytest.raises(Unavailable) as refused:
        fetched(site.address(path), MOST)
    assert "Save the page and give the file." in str(refused.value)
    return str(refused.value)


def test_a_page_comes_as_it_is_redirects_followed(site):
    site.pages["/page"] = answer(b"words")
    site.pages["/near"] = to("page", 301)
    site.pages["/far"] = to(site.address("/near"), 308)
    assert fetched(site.address("/far"), MOST).body == b"words"
    assert site.asked == ["/far", "/near", "/page"]


@pytest.mark.parametrize(
    "opening", ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"], ids=["line", "head", "body"]
)
def test_a_server_that_drips_is_left_at_the_deadline_at_whatever_stage(site, short, opening):
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(opening.encode())
        while not site.over.wait(0.02):  # each wait far within any limit on one
            handler.wfile.write(b"X")

    site.pages["/drip"] = drip
    begun = time.monotonic()
    assert "it was not there whole within 0.4 seconds" in refusal(site, "/drip")
    assert time.monotonic() - begun < 20  # and not for ever; how fast the machine is decides nothing


def test_redirects_share_the_one_deadline(site, short):
    def late(handler: BaseHTTPRequestHandler) -> None:
        site.over.wait(0.25)
        to("/late")(handler)

    site.pages["/late"] = late
    assert "it was not there whole within 0.4 seconds" in refusal(site, "/late")


def test_an_endless_page_is_left_at_the_limit_and_the_body_of_a_redirect_is_not_read(site):
    def endless(handler: BaseHTTPRequestHandler) -> None:
        while not site.over.is_set():
            handler.wfile.write(b"x" * 65_536)

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        endless(handler)

    def leads_on(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /small\r\n\r\n")
        endless(handler)

    site.pages |= {"/endless": page, "/leads-on": leads_on, "/small": answer(b"words")}
    assert "it has more than 0.1 MB, the limit of articles" in refusal(site, "/endless")
    assert fetched(site.address("/leads-on"), MOST).body == b"words"


@pytest.mark.parametrize("where", ["file:///etc/hostname", "ftp://127.0.0.1/page", "data:text/plain,words"])
def test_a_redirect_away_from_the_web_is_not_followed(site, where):
    site.pages["/away"] = to(where)
    assert f"it leads to {where}, which is no web address" in refusal(site, "/away")


def test_redirects_in_a_ring_end(site):
    site.pages["/ring"] = to("/ring")
    assert "it leads on more than 5 times" in refusal(site, "/ring")
    assert len(site.asked) == 6


def test_what_breaks_off_or_is_not_there_is_no_page(site):
    site.pages["/half"] = answer(b"half", Content_Length="10")
    site.pages["/gone"] = answer(b"Not here.", 404)
    site.pages["/nonsense"] = lambda handler: handler.wfile.write(b"\x00\xffnonsense\r\n")
    assert "it broke off 6 bytes before its end" in refusal(site, "/half")
    assert "the server answered 404 Not Found" in refusal(site, "/gone")
    refusal(site, "/nonsense")
    site.server.socket.close()
    refusal(site, "/page")


def test_a_long_address_is_repeated_in_part(site):
    site.pages["/" + "a" * 5000] = answer(b"", 404)
    assert len(refusal(site, "/" + "a" * 5000)) < 500


def test_the_servers_charset_comes_before_the_pages(site: Site) -> None:
    words = (
        "<p>한국가스공사는 계약을 체결했다.</p>" + "<p>회사는 터미널을 짓고 있으며 내년에 문을 연다고 밝혔다.</p>" * 12
    )
    head = "<head><meta charset='utf-8'><title>가스공사</title></head>"
    text = f"<html>{head}<body><article>{words}</article></body></html>"
    site.pages["/ko"] = answer(text.encode("euc-kr"), Content_Type="text/html; charset=EUC-KR")
    article = read_article(site.address("/ko"), "2025-06-17T12:00:00+09:00")
    assert article.sentences[0].text == "한국가스공사는 계약을 체결했다."


def test_plain_text_is_read_as_it_stands(site: Site) -> None:
    text = "A title\n2025-06-17T12:00:00Z\n\nThe caf\xe9 opened on Monday.\n"
    site.pages["/a.txt"] = answer(text.encode("latin-1"), Content_Type="text/plain; charset=iso-8859-1")
    assert read_article(site.address("/a.txt")).sentences[0].text == "The café opened on Monday."


def test_what_is_no_page_is_refused_by_its_name(site: Site) -> None:
    site.pages["/a.pdf"] = answer(b"%PDF-1.7", Content_Type="application/pdf")
    with pytest.raises(ArticleError, match="application/pdf"):
        read_article(site.address("/a.pdf"))
