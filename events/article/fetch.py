"""Fetches a web page, over http and https only, within one deadline and a limit of size."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from eventfolio.events.errors import Unavailable, shown

_DEADLINE = 30.0  # seconds from the first question of a name to the last byte, redirects included
_REDIRECTS = 5
_CHUNK = 65_536
_MB = 1_000_000


@dataclass(frozen=True)
class Page:
    """What was answered: its body, and the media type and charset that the server declares, lower case, if any."""

    body: bytes
    kind: str | None
    charset: str | None


def fetched(address: str, most: int) -> Page:
    """What is at an address.

    most   : bytes it may have
    Raises : Unavailable where it does not come, not in time, is longer, or leads to what is no web page
    """
    from http.client import HTTPException
    from urllib.error import URLError

    # In a thread of its own, which is left behind where it is late: a server may let a byte drip at any stage (name,
    # TLS, head, body), each of them within any limit on one wait.
    answers: queue.SimpleQueue[Page | Exception] = queue.SimpleQueue()
    until = time.monotonic() + _DEADLINE
    threading.Thread(target=_answer, args=(address, most, until, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=_DEADLINE)
    except queue.Empty:
        answer = TimeoutError()
    if isinstance(answer, URLError):
        answer = answer.reason if isinstance(answer.reason, OSError) else OSError(answer.reason)
    if isinstance(answer, TimeoutError):
        answer = OSError(f"it was not there whole within {_DEADLINE:g} seconds")
    if isinstance(answer, (HTTPException, OSError, ValueError)):
        why = shown(answer) or type(answer).__name__
        raise Unavailable(f"{shown(address)} could not be fetched: {why}. Save the page and give the file.") from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(address: str, most: int, until: float, answers: queue.SimpleQueue[Page | Exception]) -> None:
    try:
        answers.put(_body(address, most, until))
    except Exception as failure:  # handed over: here nobody would hear of it
        answers.put(failure)


def _body(address: str, most: int, until: float) -> Page:
    from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

    opener = OpenerDirector()  # build_opener's would follow redirects itself, to ftp too, and read their bodies whole
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    for _ in range(_REDIRECTS + 1):
        request = Request(address, headers={"User-Agent": "eventfolio"})
        with opener.open(request, timeout=max(until - time.monotonic(), 0.001)) as answer:
            location = answer.headers.get("Location")
            if answer.status in (301, 302, 303, 307, 308) and location:
                address = urljoin(address, location)
                if urlsplit(address).scheme not in ("http", "https"):
                    raise OSError(f"it leads to {shown(address)}, which is no web address")
                continue
            if answer.status not in range(200, 300):
                raise OSError(f"the server answered {answer.status} {answer.reason}")
            parts, size = [], 0
            while part := answer.read1(_CHUNK):
                parts.append(part)
                size += len(part)
                if size > most:
                    raise OSError(f"it has more than {most / _MB:g} MB, the limit of articles")
                if time.monotonic() > until:
                    raise TimeoutError
            if answer.length:
                raise OSError(f"it broke off {answer.length} bytes before its end")
            declared = answer.headers
            kind = declared.get_content_type() if declared.get("Content-Type") else None
            return Page(b"".join(parts), kind, declared.get_content_charset())
    raise OSError(f"it leads on more than {_REDIRECTS} times")
