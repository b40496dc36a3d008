"""The account that a run starts with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """What a run starts with: cash, what idle cash earns a year, whether dividends are reinvested."""

    cash: float
    cash_rate: float = 0.0
    reinvest: bool = True
