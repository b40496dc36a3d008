"""National Stock Exchange of India and BSE, whose sessions are the same.

Shares without derivatives have bands of 2 to 20 % that the exchanges set share by share. None is modelled, so a bar
that was locked at one counts as tradable. Fees of the exchange and of SEBI bear goods and services tax of 18 %.
"""

import math
from dataclasses import replace
from datetime import date

from eventfolio.engine.market.rulebook.shape import FIRST, MarketRules, Since, Ticks
from eventfolio.engine.market.rulebook.taxes import TAXES

_GST, _SEBI = 1.18, 0.01
_NSE = (
    Since(FIRST, (0.345 + _SEBI) * _GST, "exchange 0.345 bp, SEBI 0.01, GST; help.upstox.com 248666", verified=False),
    Since(date(2024, 10, 1), (0.297 + _SEBI) * _GST, "exchange 0.297 bp, SEBI 0.01, GST; basantsecurities.com"),
)
_BSE = (
    Since(FIRST, (0.30 + _SEBI) * _GST, "exchange 0.30 bp of the main groups; help.upstox.com 248666", verified=False),
    Since(date(2024, 10, 1), (0.375 + _SEBI) * _GST, "exchange 0.375 bp; shareindia.com 62709", verified=False),
)
_FIVE_PAISE = ((math.inf, 0.05),)

NSE = MarketRules(
    zone="Asia/Kolkata",
    figures={
        "commission_bps": (Since(FIRST, 10.0, "assumed: brokers take from nothing to 50 bp", verified=False),),
        "buy_fee_bps": _NSE,
        "sell_fee_bps": _NSE,
        "withholding": (Since(FIRST, 0.20, "India, before surcharge and treaty", verified=False),),
        **TAXES["IN"].figures,
    },
    of_funds=dict(TAXES["IN"].of_funds),
    ticks=(
        Ticks(FIRST, _FIVE_PAISE, "five paise for all; livemint.com 2024-05-27"),
        Ticks(date(2024, 6, 10), ((250, 0.01), (math.inf, 0.05)), "NSE, of 2024-05-24; livemint.com 2024-05-27"),
        Ticks(
            date(2025, 4, 15),
            ((250, 0.01), (1e3, 0.05), (5e3, 0.1), (1e4, 0.5), (2e4, 1), (math.inf, 5)),
            "by price since 2025-04-15, by the last close of the month before; fyers.in 2025-03-17, angelone.in",
        ),
    ),
    note="bands of 2 to 20 % that the exchange sets share by share are not known, so no bar counts as locked",
)  # fmt: skip
BSE = replace(
    NSE,
    figures={**NSE.figures, "buy_fee_bps": _BSE, "sell_fee_bps": _BSE},
    ticks=(
        Ticks(FIRST, ((15, 0.01), (math.inf, 0.05)), "one paisa up to 15 rupees; newsconcerns.com", verified=False),
        Ticks(
            date(2023, 3, 1),
            ((100, 0.01), (math.inf, 0.05)),
            "below 100 rupees since March 2023, the day not seen; newsconcerns.com",
            verified=False,
        ),
    ),
)  # fmt: skip
