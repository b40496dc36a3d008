"""Estimates expected returns from models fitted on the estimation window, and abnormal returns against them.

Source: MacKinlay (1997), J. Economic Literature 35(1), 13-39; Dimson (1979), J. Financial Economics 7(2), 197-226;
Scholes and Williams (1977), J. Financial Economics 5(3), 309-327.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventfolio.results.rounding import settled

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MODELS = ("market", "constant-mean", "market-adjusted", "dimson", "scholes-williams")
LAGGED = ("dimson", "scholes-williams")  # these read the market one session before and after too
_FLAT = 1e-12  # a deviation below this part of the mean size is rounding error of equal numbers


class NoFit(Exception):
    """A model cannot be fitted; the words say why. The event is left out and the reason shown."""


@dataclass(frozen=True)
class Fit:
    """A fitted model and what it leaves unexplained. E estimation sessions, W event sessions; NaN where not known.

    alpha, beta : a session's intercept (fraction) and slope; fixed at 0 and 1 or 0 where the model has none
    sigma       : standard deviation of the residuals, over observations - parameters degrees of freedom
    residuals   : (E,) of the estimation window, fractions; NaN where a session was left out
    leverage    : (E,) diagonal of the hat matrix
    abnormal    : (W,) abnormal returns of the event window
    spread      : (W, W) covariance of the abnormal returns over sigma squared: 1 + the forecast error's part
    reach       : (E, W) weight of each estimation session in the forecast of each session of the event window
    """

    alpha: float
    beta: float
    sigma: float
    parameters: int
    observations: int
    residuals: Floats
    leverage: Floats
    abnormal: Floats
    spread: Floats
    reach: Floats

    def joint(self, window: slice) -> Floats:
        """(k + E,) residuals of a fit to both windows at once, the k sessions of `window` first; NaN where not known.

        Source: the update formula of least squares (Cook and Weisberg 1982, Residuals and Influence, appendix A.2)
        """
        abnormal = self.abnormal[window]
        known = ~np.isnan(abnormal)
        inside = np.full(len(abnormal), np.nan)
        inside[known] = np.linalg.solve(self.spread[window, window][np.ix_(known, known)], abnormal[known])
        return np.concatenate([inside, self.residuals - self.reach[:, window][:, known] @ inside[known]])


def fit_model(model: str, firm: Floats, market: Floats, estimation: slice, window: slice, keep: Bools) -> Fit:
    """Fit `model` on `estimation` and forecast `window`.

    firm, market : returns by session, fractions; NaN unknown
    keep         : (E,) bool, which estimation sessions may be used
    Raises       : NoFit where firm or market do not vary
    """
    columns = _regressors(model, market)
    outcome = firm - market if model == "market-adjusted" else firm
    x, y = columns[estimation], outcome[estimation]
    used = keep & ~np.isnan(y) & ~np.isnan(x).any(axis=1)
    x_used, y_used = x[used], y[used]
    n, parameters = x_used.shape
    if n < parameters + 3:
        raise NoFit(f"{n} usable sessions in the estimation window are too few")
    if _is_flat(firm[estimation][used]):
        raise NoFit("its return does not vary in the estimation window")
    if model in ("market", *LAGGED) and _is_flat(x_used[:, 1]):
        raise NoFit("the market's return does not vary in the estimation window")
    slopes, inverse = _least_squares(x_used, y_used)
    if model == "scholes-williams":
        slopes = _scholes_williams(market, estimation, used, y_used)
    size = sum(float(np.nanmax(np.abs(one[estimation]), initial=0.0)) for one in (firm, market))
    residuals = np.where(used, settled(y - x @ slopes if parameters else y, size), np.nan)
    left = residuals[used]
    sigma = float(np.sqrt((left @ left) / (n - parameters)))
    if sigma <= _FLAT * max(float(np.abs(y_used).max()), _FLAT):
        raise NoFit("the model explains its returns without remainder, so nothing can be tested")
    ahead = columns[window]
    expected = ahead @ slopes if parameters else np.zeros(len(ahead))
    return Fit(
        alpha=float(slopes[0]) if parameters else 0.0,
        beta=_beta(model, slopes),
        sigma=sigma,
        parameters=parameters,
        observations=n,
        residuals=residuals,
        leverage=np.einsum("ij,jk,ik->i", x, inverse, x) if parameters else np.zeros(len(x)),
        abnormal=settled(outcome[window] - expected, size),
        spread=np.eye(len(ahead)) + (ahead @ inverse @ ahead.T if parameters else 0.0),
        reach=x @ inverse @ ahead.T if parameters else np.zeros((len(x), len(ahead))),
    )


def _regressors(model: str, market: Floats) -> Floats:
    ones = np.ones(len(market))
    if model == "market-adjusted":
        return np.empty((len(market), 0))
    if model == "constant-mean":
        return ones[:, None]
    if model == "dimson":
        return np.column_stack([ones, *_lagged(market)])
    return np.column_stack([ones, market])


def _lagged(market: Floats) -> tuple[Floats, Floats, Floats]:
    """The market of the same session, the one before and the one after; NaN off the ends."""
    edge = np.array([np.nan])
    return market, np.concatenate([edge, market[:-1]]), np.concatenate([market[1:], edge])


def _least_squares(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    if not x.shape[1]:
        return np.empty(0), np.empty((0, 0))
    slopes, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    if rank < x.shape[1]:
        raise NoFit("the market's returns do not tell the model's terms apart")
    return np.asarray(slopes, float), np.asarray(np.linalg.inv(x.T @ x), float)


def _scholes_williams(market: Floats, estimation: slice, used: Bools, y: Floats) -> Floats:
    """Intercept and slope: (beta lag + beta + beta lead) / (1 + 2 rho), each slope from a regression of its own."""
    same, before, after = (column[estimation][used] for column in _lagged(market))
    known = ~(np.isnan(before) | np.isnan(after))
    same, before, after, y = same[known], before[known], after[known], y[known]
    rho = float(np.corrcoef(same, before)[0, 1])
    beta = sum(float(np.cov(y, m)[0, 1] / np.var(m, ddof=1)) for m in (before, same, after)) / (1.0 + 2.0 * rho)
    return np.array([y.mean() - beta * same.mean(), beta])


def _beta(model: str, slopes: Floats) -> float:
    if model == "market-adjusted":
        return 1.0
    return float(slopes[1:].sum())


def _is_flat(values: Floats) -> bool:
    return bool(np.ptp(values) <= _FLAT * max(float(np.abs(values).max()), _FLAT))
