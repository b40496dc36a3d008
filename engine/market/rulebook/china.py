"""Shanghai, Shenzhen and Beijing stock exchanges, as a foreign account reaches them through Hong Kong."""

from dataclasses import replace
from datetime import date

from eventfolio.engine.market.rulebook.shape import CENT, FIRST, Board, DailyLimit, MarketRules, Since, Ticks

_FEES = "handling {}, levy 0.2, transfer {} and 0.2 via Hong Kong, bp a side; "
_TO_2022 = _FEES.format(0.487, 0.2) + "sctrade.com, service fees; HKEX, Stock Connect clearing"
_FROM_2022 = _FEES.format(0.487, 0.1) + "transfer fee halved on 2022-04-29: China Clearing, by Xinhua 2022-04-28"
_FROM_2023 = _FEES.format(0.341, 0.1) + "handling cut by 30 % on 2023-08-28: shine.cn 2308180295; swhyhk.com"
_STAMP = "stamp duty on sales, halved on 2023-08-28; Ministry of Finance, by thetimes.co.uk 2023-08-27"
_FUNDS = "stamp duty is not levied on funds; swhyhk.com, China Connect"
_SIDES = (
    Since(FIRST, 0.487 + 0.2 + 0.2 + 0.2, _TO_2022),
    Since(date(2022, 4, 29), 0.487 + 0.2 + 0.1 + 0.2, _FROM_2022),
    Since(date(2023, 8, 28), 0.341 + 0.2 + 0.1 + 0.2, _FROM_2023),
)

_MAIN_BOARD = MarketRules(
    zone="Asia/Shanghai",
    figures={
        "commission_bps": (Since(FIRST, 5.0, "assumed: online rates run from 2 to 5 bp", verified=False),),
        "commission_min": (Since(FIRST, 5.0, "assumed, CNY", verified=False),),
        "buy_fee_bps": _SIDES,
        "sell_fee_bps": _SIDES,
        "sell_tax_bps": (Since(FIRST, 10.0, _STAMP), Since(date(2023, 8, 28), 5.0, _STAMP)),
        "withholding": (Since(FIRST, 0.10, "China, foreign holders", verified=False),),
    },
    of_funds={"sell_tax_bps": (Since(FIRST, 0.0, _FUNDS),)},
    ticks=(Ticks(FIRST, CENT, "SSE and SZSE trading rules"),),
    limit=DailyLimit(
        "rounded",
        0.10,
        source="since 1996: China Daily 2020-08-18; 5 % for special treatment, until 2026-07-05, is not modelled",
    ),
    free_for=(
        Since(
            date(2023, 4, 10), 5, "SZSE trading rules of 2023, from the first listing by registration: tonhe.com.cn 138"
        ),
    ),
    t_plus_one=True,
)
_STAR = Board(
    prefixes=("688", "689"),
    limits=(DailyLimit("rounded", 0.20, source="star.sse.com.cn, trading features", start=date(2019, 7, 22)),),
    free_for=(Since(date(2019, 7, 22), 5, "star.sse.com.cn, trading features"),),
)
_CHINEXT = Board(
    prefixes=("300", "301", "302"),
    limits=(
        DailyLimit("rounded", 0.10, source="China Daily 2020-08-18", start=date(2009, 10, 30)),
        DailyLimit("rounded", 0.20, source="China Daily 2020-08-18", start=date(2020, 8, 24)),
    ),
    free_for=(Since(date(2020, 8, 24), 5, "bnnbloomberg.ca 1.1480911"),),
)

SHANGHAI = replace(_MAIN_BOARD, boards=(_STAR,))
SHENZHEN = replace(_MAIN_BOARD, boards=(_CHINEXT,))
_BEIJING_LIMIT = "30 % since its opening on 2021-11-15, none on a listing's first session; general knowledge"
BEIJING = replace(
    _MAIN_BOARD,
    limit=DailyLimit("rounded", 0.30, source=_BEIJING_LIMIT, start=date(2021, 11, 15)),
    free_for=(Since(date(2021, 11, 15), 1, _BEIJING_LIMIT, verified=False),),
)
