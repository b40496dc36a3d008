"""The review sheet of a draft: one page with each sentence, what was read in it, and what was left out and why.

The page works by itself, asks nothing of anybody, and saves the calendar as it is ticked and changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventfolio.events.article.draft import Draft
from eventfolio.events.article.text import Sentence

_LONGEST = 2_000  # characters of a sentence shown
_MOST_CARDS = 2_000


@dataclass(frozen=True)
class Card:
    """What may be an event: its place among the page's data, whether it is kept, and why it was read so."""

    at: int
    keep: bool
    event: dict[str, Any]
    why: str
    words: tuple[str, ...]


def review_html(draft: Draft, unpriced: Iterable[str] = ()) -> str:
    """The page.

    unpriced : symbols that were left out of the themes for want of prices
    """
    from jinja2 import Environment
    from markupsafe import Markup

    cards: list[Card] = []
    by_place: dict[tuple[int, int], list[Card]] = {}
    unplaced: list[Card] = []

    def add(sentence: Sentence | None, keep: bool, event: dict[str, Any], why: str, words: str | None) -> None:
        if len(cards) >= _MOST_CARDS:
            return
        card = Card(len(cards), keep, event, why, (words,) if words else ())
        cards.append(card)
        (by_place.setdefault((sentence.section, sentence.number), []) if sentence else unplaced).append(card)

    for event in draft.calendar.events:
        told = draft.evidence.get(event.id, ())
        why = "; ".join(dict.fromkeys(rule for _, rule in told)) or "the article's own time stamp"
        others = [f"{one.section}.{one.number}" for one, _ in told[1:]]
        why += f". Also told in {', '.join(others)}" if others else ""
        why += f". {event.note}" if event.note else ""
        facts = event.model_dump(mode="json", exclude_none=True) | {"known_at": draft.article.published.isoformat()}
        add(told[0][0] if told else None, True, facts, why, event.as_written)
    for number, left in enumerate(draft.left_out, start=1):
        add(left.sentence, False, _blank(draft, left.sentence, f"added-{number}", left.kind), left.reason, left.words)
    for number, undated in enumerate(draft.undated, start=1):
        add(
            undated.sentence, False, _blank(draft, undated.sentence, f"undated-{number}", undated.kind), "no date", None
        )
    article = draft.article
    head = {"title": article.title, "author": article.author, "publisher": article.publisher}
    head |= {"published": article.published.isoformat(), "sha256": article.sha256}
    data = {
        "head": {"name": draft.calendar.name, "article": {key: value for key, value in head.items() if value}},
        "events": [card.event for card in cards],
    }
    environment = Environment(autoescape=True, trim_blocks=True)
    box = environment.from_string(_BOX)
    page = environment.from_string(Path(__file__).with_name("review.html.j2").read_text(encoding="utf-8"))
    return page.render(
        article=article,
        sections=list(_sections(article.sentences, by_place)),
        unplaced=unplaced,
        themes=draft.themes,
        unknown=draft.unknown,
        unpriced=tuple(unpriced),
        box=lambda card: Markup(box.render(card=card)),  # rendered with autoescape
        data=Markup(json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")),  # JSON that no tag can end
    )


_BOX = """<div class="card{{ '' if card.keep else ' off' }}" data-at="{{ card.at }}">
<div class="top"><input type="checkbox" name="keep" aria-label="keep"{{ ' checked' if card.keep else '' }}>
{% if not card.keep %}
<span class="title">No event{{ ' of ‘' ~ card.words[0] ~ '’' if card.words else '' }}: {{ card.why }}</span>
{% else %}<textarea class="title" name="title" aria-label="title" rows="1">{{ card.event.title }}</textarea>{% endif %}
{% if card.event.confidence %}
<span class="sure {{ card.event.confidence }}">{{ card.event.confidence }}</span>{% endif %}
</div>
<div class="fields">
<label>occurs<input type="text" name="occurs" value="{{ card.event.occurs }}" spellcheck="false"></label>
<label>status<select name="status">{% for one in ('occurred', 'scheduled', 'cancelled') %}
<option{{ ' selected' if one == card.event.status else '' }}>{{ one }}</option>{% endfor %}</select></label>
<label>direction<select name="direction">{% for one, words in ((1, '+1 good'), (-1, '-1 bad')) %}
<option value="{{ one }}"{{ ' selected' if one == card.event.direction else '' }}>{{ words }}</option>{% endfor %}
</select></label>
<label>kind<input type="text" name="kind" value="{{ card.event.kind }}" spellcheck="false"></label>
<label class="themes">themes<input type="text" name="themes" value="{{ card.event.themes | join(', ') }}"
 spellcheck="false"></label>
{% if not card.keep %}<label class="wide">title<input type="text" name="title" value="{{ card.event.title }}"></label>
{% endif %}</div>
{% if card.keep %}<p class="why">{{ card.why }}</p>{% endif %}
</div>
"""


def _blank(draft: Draft, sentence: Sentence, name: str, kind: str | None) -> dict[str, Any]:
    """An event to be filled in, of a sentence that gave none."""
    title = sentence.text if len(sentence.text) <= 100 else sentence.text[:99].rsplit(" ", 1)[0] + "…"
    return {
        "id": name,
        "title": title,
        "kind": kind or "other",
        "status": "occurred",
        "occurs": "",
        "zone": draft.article.zone,
        "known_at": draft.article.published.isoformat(),
        "themes": [],
        "direction": 1,
        "strength": 0.5,
        "source": sentence.citation,
    }


def _sections(sentences: tuple[Sentence, ...], by_place: dict[tuple[int, int], list[Card]]) -> Iterable[dict[str, Any]]:
    section, heading = -1, ""
    rows: list[dict[str, Any]] = []
    for sentence in sentences:
        if sentence.section != section:
            if rows:
                yield {"heading": heading, "rows": rows}
            section, rows, heading = sentence.section, [], sentence.heading
        cards = by_place.get((sentence.section, sentence.number), [])
        words = [word for card in cards for word in card.words]
        parts = list(_parts(sentence.text[:_LONGEST], words))
        rows.append({"number": f"{sentence.section}.{sentence.number}", "parts": parts, "cards": cards})
    if rows:
        yield {"heading": heading, "rows": rows}


def _parts(text: str, words: list[str]) -> Iterable[dict[str, Any]]:
    """The sentence in pieces, the words of dates marked."""
    at = 0
    for start, word in sorted({(text.find(word), word) for word in words}):
        if start >= at:
            yield {"text": text[at:start], "marked": False}
            yield {"text": word, "marked": True}
            at = start + len(word)
    yield {"text": text[at:], "marked": False}
