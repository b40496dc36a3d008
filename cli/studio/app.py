"""The studio's addresses: its page, what the page asks, what it is told, and kept runs."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from eventfolio.cli.errors import answer
from eventfolio.cli.studio.guard import Guard, Keys
from eventfolio.cli.studio.questions import Compare, Explain, Heat, Keep, Play, read_question
from eventfolio.cli.studio.stage import described
from eventfolio.cli.studio.tasks import Outdated, Tasks
from eventfolio.cli.studio.threads import Worker
from eventfolio.cli.studio.watchdog import Superseded
from eventfolio.results.store.index import list_runs
from eventfolio.results.store.layout import PAGE_FILE, SHEET_FILE

Question = TypeVar("Question", bound=BaseModel)

_STATIC = Path(__file__).parent / "static"
_STYLE = Path(__file__).parents[2] / "results" / "templates" / "style.css"  # the colours of all our pages
_KINDS = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml"}
_LISTED = 50  # kept runs, the newest first


def make_app(tasks: Tasks, port: int, keys: Keys) -> ASGIApp:
    """The studio as an ASGI application that answers at a port, to whoever has its keys."""
    stage, dog = tasks.stage, tasks.stage.watchdog
    quick, slow = Worker("studio plays", dog), list[Worker]()
    hooks, keeping = Worker("studio plays hooks", dog, slow), Worker("studio keeps", dog, slow)  # backtrader plays one
    playing = {True: quick, False: hooks}

    async def page(_: Request) -> Response:
        return _file(_STATIC / "index.html")

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        path = _STYLE if name == "page.css" else _STATIC / name
        if name != "page.css" and name not in {one.name for one in _STATIC.iterdir()}:
            raise HTTPException(404)
        return _file(path)

    async def state(_: Request) -> Response:
        return JSONResponse(described(stage.scene, stage.trouble))

    async def events(_: Request) -> Response:
        return StreamingResponse(tasks.stream.events(), media_type="text/event-stream")

    async def play(request: Request) -> Response:
        async def done(asked: Play) -> object:
            tasks.announce(asked)
            worker = playing[tasks.is_quick(asked.setting)]
            return await worker.run(lambda: tasks.play(asked), lambda: tasks.is_old(asked))

        return await _answered(request, Play, done)

    async def explain(request: Request) -> Response:
        def done(asked: Explain) -> Awaitable[object]:
            return playing[tasks.is_quick(asked.setting)].run(lambda: tasks.explain(asked))

        return await _answered(request, Explain, done)

    async def compare(request: Request) -> Response:
        return await _answered(request, Compare, lambda asked: keeping.run(lambda: tasks.compare(asked)))

    async def heat(request: Request) -> Response:
        return await _answered(request, Heat, lambda asked: keeping.run(lambda: tasks.heat(asked)))

    async def keep(request: Request) -> Response:
        async def done(asked: Keep) -> object:
            kept = await keeping.run(lambda: tasks.keep(asked))
            return {**asdict(kept), "href": _href(keys, kept.name, PAGE_FILE)}

        return await _answered(request, Keep, done)

    async def runs(_: Request) -> Response:
        found, damaged = await quick.run(lambda: list_runs(stage.out, stage.scene.facts.study))
        rows = [
            {
                "name": run.name,
                "created": run.created,
                "strategies": {
                    label: {
                        "total_return": figures.get("total_return"),
                        "sheet": _href(keys, run.name, f"{label}/{SHEET_FILE}")
                        if (run.folder / label / SHEET_FILE).is_file()
                        else None,
                    }
                    for label, figures in run.figures.items()
                },
                "href": _href(keys, run.name, PAGE_FILE) if (run.folder / PAGE_FILE).is_file() else None,
            }
            for run in found[::-1][:_LISTED]
        ]
        return JSONResponse({"runs": rows, "damaged": damaged})

    async def kept(request: Request) -> Response:
        return _kept(stage.out, request.path_params["path"])

    asked: list[tuple[str, Callable[..., object]]] = [
        ("/play", play),
        ("/explain", explain),
        ("/compare", compare),
        ("/heat", heat),
        ("/keep", keep),
    ]
    app = Starlette(
        routes=[
            Route("/", page, methods=["GET"]),
            Route("/static/{name}", static, methods=["GET"]),
            Route("/state", state, methods=["GET"]),
            Route("/events", events, methods=["GET"]),
            Route("/runs", runs, methods=["GET"]),
            Route("/kept/{key}/{path:path}", kept, methods=["GET"]),
            *(Route(path, answer, methods=["POST"]) for path, answer in asked),
        ]
    )
    return Guard(app, port, keys)


async def _answered(request: Request, kind: type[Question], done: Callable[[Question], Awaitable[object]]) -> Response:
    """What is asked, done; what goes wrong with it, in words."""
    try:
        return JSONResponse(await done(read_question(await request.body(), kind)))
    except Superseded:
        return JSONResponse({"superseded": True}, 409)
    except Outdated as error:
        return JSONResponse({"error": str(error)}, 409)
    except Exception as error:  # a strategy's own code may raise anything
        status, words = answer(error)
        return JSONResponse({"error": words}, 422 if status == 2 else 500)


def _file(path: Path) -> Response:
    return FileResponse(path, media_type=_KINDS.get(path.suffix, "text/plain"))


def _href(keys: Keys, name: str, file: str) -> str:
    return f"/kept/{keys.kept}/{quote(name)}/{quote(file)}"


def _kept(out: Path, asked: str) -> Response:
    """A file of a kept run, or the chart's script beside the runs; nothing hidden, nothing that a link leads out to."""
    root, parts = out.resolve(), Path(asked).parts
    try:
        path = (root / asked).resolve()
        is_there = path.is_file()
    except (OSError, ValueError):  # a name too long, or with a null in it
        raise HTTPException(404) from None
    inside = path.is_relative_to(root) and not any(part.startswith(".") for part in parts)
    beside = len(parts) == 1 and path.suffix == ".js"
    if not inside or not is_there or not (beside or len(parts) > 1):
        raise HTTPException(404)
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return FileResponse(path, media_type="text/plain" if kind in ("application/json", "text/x-python") else kind)
