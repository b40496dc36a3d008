"""Renders the HTML templates: text is escaped, and scripts get JSON that cannot end its element."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path, PurePath
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eventfolio.engine.record.study_facts import EventFacts
from eventfolio.results.compiled_templates import CompiledTemplates
from eventfolio.results.metrics import METRICS, Metric, show
from eventfolio.results.significance.intervals import told

_TEMPLATES = Path(__file__).parent / "templates"


def fill(template: str, **values: object) -> str:
    """The template with the values in it. A value it names and does not get is our mistake and raises."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,  # no filter is called to compile a template, so none decides what it is compiled to
        bytecode_cache=CompiledTemplates(Path(__file__).read_text(encoding="utf-8")),
    )
    environment.globals.update(METRICS=METRICS, raw=_raw)
    environment.filters.update(told=told)
    environment.filters.update(
        figure=_figure,
        embedded=_embedded,
        last_part=lambda source: PurePath(source).name or source,
        words=_words,
        known=known_text,
        path=lambda text: quote(str(text)),
        svg=Markup,
    )
    return environment


def _raw(name: str) -> Markup:
    """A stylesheet or script of ours, as it is."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def _figure(metrics: Mapping[str, float | None] | None, metric: Metric) -> Markup:
    """A metric for the eye, with the exact figure beside it for programs."""
    value = None if metrics is None else metrics.get(metric.key)
    if value is None or not math.isfinite(value):
        return Markup("{}").format(show(metric.kind, None))
    return Markup('<data value="{}">{}</data>').format(repr(value), show(metric.kind, value))


def _embedded(document: object) -> Markup:
    """JSON inside a script element, which it cannot leave; short, in the order given."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _words(metrics: Mapping[str, float | None] | None, metric: Metric) -> str:
    """A metric for the eye alone."""
    return show(metric.kind, None if metrics is None else metrics.get(metric.key))


def known_text(event: EventFacts) -> str:
    """When an event could first be known, no finer than it is: a minute (also in UTC), a date, a month."""
    known, zone = datetime.fromisoformat(event.known_at), ZoneInfo(event.zone)
    city = event.zone.rsplit("/", 1)[-1].replace("_", " ")
    if event.known_precision == "minute":
        local = f"{known.astimezone(zone):%Y-%m-%d %H:%M} {city}"
        return local if event.zone == "UTC" else f"{local} ({known.astimezone(UTC):%m-%d %H:%M} UTC)"
    # a day counts as known at its end, which is the next midnight: a moment before is still that day
    ends = (known - timedelta(seconds=1)).astimezone(zone)
    return f"{ends:%Y-%m-%d}, {city}" if event.known_precision == "day" else f"{ends:%Y-%m}"
