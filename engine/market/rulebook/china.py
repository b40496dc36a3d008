"""Shanghai and Shenzhen stock exchanges, main boards, as a foreign account reaches them through Hong Kong."""

from datetime import date

from engine.market.rulebook.shape import CENT, FIRST, DailyLimit, MarketRules, Since, Ticks

_FEES = (
    "Handling 0.341 bp, levy 0.2 bp, transfer 0.1 bp, and 0.2 bp via Hong Kong, both sides; swhyhk.com China Connect"
)
_STAMP = "Stamp duty on sales; tpfh.cntaiping.com"

CHINA = MarketRules(
    zone="Asia/Shanghai",
    figures={
        "commission_bps": (Since(FIRST, 5.0, "assumed: online rates run from 2 to 5 bp", verified=False),),
        "commission_min": (Since(FIRST, 5.0, "assumed, CNY", verified=False),),
        "buy_fee_bps": (Since(FIRST, 0.841, _FEES),),
        "sell_fee_bps": (Since(FIRST, 0.841, _FEES),),
        "sell_tax_bps": (Since(FIRST, 10.0, _STAMP), Since(date(2023, 8, 28), 5.0, _STAMP)),
        "withholding": (Since(FIRST, 0.10, "China, foreign holders", verified=False),),
    },
    ticks=(Ticks(FIRST, CENT, "SSE and SZSE trading rules"),),
    limit=DailyLimit(
        "rounded", 0.10, source="SSE and SZSE, main boards; 5 % for names under special treatment is not modelled"
    ),
    t_plus_one=True,
)
