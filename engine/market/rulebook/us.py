"""New York Stock Exchange, NYSE Arca and Nasdaq."""

from datetime import date

from engine.market.rulebook.shape import CENT, FIRST, MarketRules, Since, Ticks

_SECTION_31 = "SEC fee on sales, dollars a million; ftfnews.com, reg-monitoring.pages.dev"

NEW_YORK = MarketRules(
    zone="America/New_York",
    figures={
        "sell_fee_bps": (
            Since(FIRST, 0.229, _SECTION_31, verified=False),
            Since(date(2023, 2, 27), 0.08, _SECTION_31, verified=False),
            Since(date(2024, 5, 22), 0.278, _SECTION_31),
            # A new rate was ordered on 2026-02-27; its figure was not seen, so 0 goes on. [costs.XNYS] sets another.
            Since(date(2025, 5, 14), 0.0, _SECTION_31),
        ),
    },
    ticks=(Ticks(FIRST, CENT, "Regulation NMS, rule 612"),),
)
