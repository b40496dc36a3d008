"""The costs that a study states in place of the rulebook's: one row for every market, or figures by market."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Bps = Annotated[float, Field(ge=0, le=1000)]
Money = Annotated[float, Field(ge=0, le=1e9)]


class CostRow(BaseModel):
    """Costs of trading: one row for every market, or figures of one.

    In one row for every market a figure left out is 0 (slippage 5 bp, volume 10 %); of one market it stays the market's
    own. …_bps are basis points of a fill's value, …_min and …_max local money a fill.

    commission_bps   : the broker's commission
    commission_min   : the least commission of a fill
    buy_fee_bps      : exchange fees and levies on purchases
    sell_fee_bps     : exchange fees and levies on sales
    clearing_bps     : clearing or settlement fee, on both sides
    clearing_min     : the least clearing fee of a fill
    clearing_max     : the most clearing fee of a fill
    buy_tax_bps      : stamp or transaction tax on purchases
    sell_tax_bps     : stamp or transaction tax on sales
    tax_rounds_up_to : taxes are rounded up to a multiple of this, local money
    fx_bps           : currency conversion, where the listing's currency is not the account's
    slippage_bps     : by which a market or stop fill is worse than its price
    volume_share     : part of a bar's volume that all orders of a run together may take
    withholding      : part of a gross dividend that is kept back as tax
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    commission_bps: Bps | None = None
    commission_min: Money | None = None
    buy_fee_bps: Bps | None = None
    sell_fee_bps: Bps | None = None
    clearing_bps: Bps | None = None
    clearing_min: Money | None = None
    clearing_max: Money | None = None
    buy_tax_bps: Bps | None = None
    sell_tax_bps: Bps | None = None
    tax_rounds_up_to: Money | None = None
    fx_bps: Bps | None = None
    slippage_bps: Bps | None = None
    volume_share: float | None = Field(default=None, gt=0, le=1)
    withholding: float | None = Field(default=None, ge=0, lt=1)


Costs: TypeAlias = Literal["none"] | CostRow | dict[str, CostRow] | None  # None: every market's own
