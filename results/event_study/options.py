"""Options of an event study: model, estimation window, event window."""

from __future__ import annotations

from dataclasses import dataclass

from eventfolio.events.errors import shown
from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.models import LAGGED, MODELS

Span = tuple[int, int]
WINDOWS: tuple[Span, ...] = ((0, 0), (0, 1), (-1, 1), (0, 5), (-5, 5))  # fixed before anyone looked


@dataclass(frozen=True)
class Options:
    """How a study is made. Windows are relative sessions, both ends included.

    cluster : rows that share a date become one portfolio, overlapping events one episode, and the windows of a firm's
              other events are left out of its estimation window. False: every row by itself, the textbook's plain form
    log     : analyse ln(1 + r) of the returns given
    """

    model: str = "market"
    estimation: Span = (-250, -31)
    window: Span = (-5, 5)
    cluster: bool = True
    log: bool = False

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            from eventfolio.events.errors import did_you_mean

            raise EvidenceError(f"'{shown(self.model)}' is not a model.{did_you_mean(self.model, MODELS)}")
        for name, (first, last) in (("estimation", self.estimation), ("event", self.window)):
            if first > last:
                raise EvidenceError(f"The {name} window {first}:{last} ends before it starts. Write -150:-31.")
            if max(abs(first), abs(last)) > 5_000:
                raise EvidenceError(f"The {name} window {first}:{last} leaves -5000 to 5000 sessions.")
        if self.estimation[1] >= self.window[0] and self.window[1] >= self.estimation[0]:
            raise EvidenceError(
                f"The estimation window {_text(self.estimation)} and the event window {_text(self.window)} overlap: "
                "normal returns would be measured on the event itself. Let one end before the other starts."
            )
        if self.sessions_asked < 10:
            raise EvidenceError(
                f"An estimation window of {self.sessions_asked} sessions is too short to know a normal return; give "
                "at least 10, better 100 and more."
            )
        if self.window[1] - self.window[0] > 500:
            raise EvidenceError(f"The event window {_text(self.window)} is longer than 501 sessions.")

    @property
    def windows(self) -> tuple[Span, ...]:
        """The windows looked at: the fixed ones that the event window holds, and itself last."""
        first, last = self.window
        inside = [one for one in WINDOWS if first <= one[0] and one[1] <= last and one != self.window]
        return (*inside, self.window)

    @property
    def sessions_asked(self) -> int:
        """Length of the estimation window."""
        return self.estimation[1] - self.estimation[0] + 1

    @property
    def sessions_needed(self) -> int:
        """So many of them must be known, the firm's other events taken out: 60, or five sixths of a shorter window."""
        return min(60, self.sessions_asked * 5 // 6)

    @property
    def reads_ahead(self) -> int:
        """Sessions of the market read beside each session."""
        return 1 if self.model in LAGGED else 0


def _text(span: Span) -> str:
    return f"{span[0]}:{span[1]}"
