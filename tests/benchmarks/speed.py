"""Every engine on the same rule and the same numbers, one after the other, each in a process of its own.

python tests/benchmarks/speed.py [W1 W2 …]

Writes a table and a chart for docs/speed.md (`results/gallery/speed.md`, `speed.png`). The peers are no dependencies:
`pip install vectorbt backtesting bt`; what is not installed is left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import history
from timing import in_words, logarithmic

from eventfolio.results.plots.style import HUES, QUIET, picture

HERE = Path(__file__).resolve().parent
GALLERY = HERE.parents[1] / "results" / "gallery"
WORKLOADS = {
    "W1": "10 listings x 500 dates, 8 events",
    "W2": "500 listings x 2,520 dates, 2,000 events",
    "W3": "W1 with 1,000 parameter sets",
    "W4": "W1 with 10,000 random calendars",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """One row of the table: a script, and how often it repeats each workload (0: its only run counts)."""

    name: str
    script: str
    repeats: dict[str, int]
    package: str = "eventfolio"
    more: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        return self.package == "eventfolio"


ENGINES = (
    Engine("eventfolio, compiled kernel", "by_kernel.py", {"W1": 21, "W2": 7, "W3": 7, "W4": 5}),
    Engine("eventfolio, backtrader", "by_eventfolio.py", {"W1": 15, "W2": 3, "W3": 3, "W4": 3}),
    Engine("eventfolio, backtrader's own loop", "by_eventfolio.py", {"W1": 5, "W2": 0}, more=("plain",)),
    Engine("vectorbt", "by_vectorbt.py", {"W1": 7, "W2": 3, "W3": 3, "W4": 3}, "vectorbt"),
    Engine("bt", "by_bt.py", {"W1": 5, "W2": 1, "W3": 3, "W4": 3}, "bt"),
    Engine("backtesting.py", "by_backtesting_py.py", {"W1": 5, "W2": 1, "W3": 1, "W4": 1}, "backtesting"),
    Engine("backtrader, naive", "by_naive_backtrader.py", {"W1": 5, "W2": 0, "W3": 1, "W4": 1}, "backtrader"),
)
NAIVE = ENGINES[-1].name

SEMANTICS = """\
The rule: at the open after news buy a tenth of equity, sell after 20 sessions at the open or at 8 % below the fill;
15 bp commission, 5 bp slippage, one million in cash. W3: holds of 1 to 50 sessions x stops of 1 to 20 %. The clock
starts when prices and news lie ready in memory and stops at the final equity; imports and a first run are left out.
W2 of naive backtrader and of backtrader's own loop is a single run.
Where the engines differ:

- eventfolio: orders of one open share the cash there is, all shrunk alike; the stop is live from the fill on.
- backtrader, naive: pandas feeds, observers, an analyzer, a `next` over every feed. What cash does not cover is
  rejected whole, and the stop is live from the bar after the fill on, so W3's tightest sets differ.
- vectorbt: a tenth of what cash is left, not of equity.
- backtesting.py: each listing by itself with all the cash, so nothing is shared; the stop hangs from the close
  before the fill; slippage is a spread.
- bt: weights on dates, filled at the opens, brought back to their weights whenever one changes; no stop; slippage is
  charged, not in the price."""


def main(names: list[str]) -> int:
    for name in names:
        if name not in WORKLOADS:
            print(f"'{name}' is no workload. Choose from {', '.join(WORKLOADS)}.", file=sys.stderr)
            return 2
    rows: dict[str, dict[str, Row]] = {}
    for engine in ENGINES:
        if not _is_installed(engine.package):
            print(f"{engine.name} is not installed, so it is left out: pip install {engine.package}")
            continue
        for name in names:
            if name in engine.repeats:
                row = _timed(engine, name)
                if row is None:
                    break
                rows.setdefault(engine.name, {})[name] = row
    text = _report(rows, names)
    print(text)
    GALLERY.mkdir(exist_ok=True)
    (GALLERY / "speed.md").write_text(text + "\n", encoding="utf-8")
    _draw(rows, names)
    medians = {
        name: {engine: found[name]["median"] for engine, found in rows.items() if name in found} for name in names
    }
    history.record("speed", medians)
    return 0


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _timed(engine: Engine, name: str) -> Row | None:
    """One engine on one workload; None, and the reason in words, where it cannot be had."""
    command = [sys.executable, str(HERE / engine.script), name, str(engine.repeats[name]), *engine.more]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"TQDM_DISABLE": "1"})
    if done.returncode:
        print(f"{engine.name} is left out: {(done.stderr.strip() or 'it said nothing').splitlines()[-1]}")
        return None
    row: Row = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"{engine.name} {name}: {in_words(row['median'])}, {row['peak_mb']:.0f} MB", file=sys.stderr)
    return row


def _report(rows: dict[str, dict[str, Row]], names: list[str]) -> str:
    """The table as Markdown: seconds and how many times naive backtrader's speed, then memory and final equity."""
    naive = rows.get(NAIVE, {})
    lines = [
        f"Medians on {os.cpu_count()} cores, Python {sys.version.split()[0]}, everything in one run of "
        "`python tests/benchmarks/speed.py`; in brackets: times as fast as naive backtrader.",
        "",
        *(f"- {name}: {WORKLOADS[name]}" for name in names),
        "",
        _line("engine", names),
        _line("---", ["---:"] * len(names)),
    ]
    for engine, found in rows.items():
        lines.append(_line(engine, [_cell(found.get(name), naive.get(name)) for name in names]))
    lines += ["", "\\* a part was played and its time multiplied.", ""]
    lines += [_line("engine", [f"{name}, peak MB" for name in names] + ["W1 ends at", "W2 ends at"])]
    lines += [_line("---", ["---:"] * (len(names) + 2))]
    for engine, found in rows.items():
        memory = [f"{found[name]['peak_mb']:,.0f}" if name in found else "" for name in names]
        finals = [f"{found[name]['final']:,.2f}" if _is_whole(found.get(name)) else "" for name in ("W1", "W2")]
        lines.append(_line(engine, memory + finals))
    lines += ["", *_against_vectorbt(rows), SEMANTICS, "", _versions(rows)]
    return "\n".join(lines)


def _cell(row: Row | None, naive: Row | None) -> str:
    if row is None:
        return ""
    ratio = (
        f" ({naive['median'] / row['median']:,.{0 if naive['median'] > 10 * row['median'] else 1}f}x)" if naive else ""
    )
    return f"{in_words(row['median'])}{'' if _is_whole(row) else '*'}{ratio}"


def _is_whole(row: Row | None) -> bool:
    return row is not None and row["times"] == 1.0


def _against_vectorbt(rows: dict[str, dict[str, Row]]) -> list[str]:
    """How many times vectorbt's speed the kernel has, where both were timed."""
    kernel, peer = rows.get(ENGINES[0].name, {}), rows.get("vectorbt", {})
    both = [f"{peer[name]['median'] / kernel[name]['median']:,.0f} on {name}" for name in kernel if name in peer]
    return [f"The compiled kernel's speed in vectorbts: {', '.join(both)}.", ""] if both else []


def _versions(rows: dict[str, dict[str, Row]]) -> str:
    packages = dict.fromkeys(engine.package for engine in ENGINES if engine.name in rows)
    return ", ".join(f"{package} {version(package)}" for package in packages) + "."


def _line(first: str, cells: list[str]) -> str:
    return f"| {' | '.join([first, *cells])} |"


def _draw(rows: dict[str, dict[str, Row]], names: list[str]) -> None:
    """Bars of seconds on a logarithmic axis, a panel a workload; ours in colour."""
    ours = {engine.name for engine in ENGINES if engine.is_ours}
    engines = list(rows)[::-1]
    with picture(GALLERY / "speed.png", 9.0, 0.9 + 0.42 * len(engines) * ((len(names) + 1) // 2), False) as figure:
        panels = figure.subplots((len(names) + 1) // 2, 2 if len(names) > 1 else 1, squeeze=False, sharey=True)
        for panel in panels.flat[len(names) :]:
            panel.set_visible(False)
        for panel, name in zip(panels.flat, names, strict=False):
            seconds = [rows[engine].get(name, {}).get("median") for engine in engines]
            least = min(value for value in seconds if value)
            panel.set_title(f"{name}: {WORKLOADS[name]}", fontsize=9)
            panel.set_yticks(range(len(engines)), engines)
            panel.grid(axis="y", visible=False)
            for place, (engine, value) in enumerate(zip(engines, seconds, strict=True)):
                if value:
                    panel.barh(place, value, color=HUES[0] if engine in ours else QUIET, height=0.62)
                    panel.annotate(
                        in_words(value), (value, place), xytext=(3, 0), textcoords="offset points", va="center"
                    )
            panel.set_xlim(least / 3, max(value for value in seconds if value) * 12)
            logarithmic(panel, "x", in_words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(WORKLOADS)))
