"""Exchanges: each market identifier code (MIC, ISO 10383) with the calendar its sessions are read from, and its money.

The calendars are those of exchange_calendars that have day sessions; codes that share another's sessions name it.
Suffixes are Yahoo's, as its page of exchanges lists them. Currencies are ISO 4217; some exchanges quote in hundredths
of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """One exchange.

    mic      : ISO 10383
    calendar : whose sessions it keeps, a calendar of exchange_calendars
    zone     : its clock; country: ISO 3166
    currency : of its usual listings, the major unit
    suffixes : how Yahoo ends the symbols listed there, without the dot
    """

    mic: str
    calendar: str
    zone: str
    country: str
    currency: str
    suffixes: tuple[str, ...]

    @property
    def quotes_hundredths(self) -> bool:
        """Whether shares are quoted there in hundredths of its currency: in pence, agorot, cents."""
        return self.calendar in ("XLON", "XTAE", "XJSE")


# MIC, calendar, zone, country, currency, Yahoo's suffixes
_ROWS = """
XKRX XKRX Asia/Seoul KR KRW KS
XKOS XKRX Asia/Seoul KR KRW KQ
XTKS XTKS Asia/Tokyo JP JPY T
XHKG XHKG Asia/Hong_Kong HK HKD HK
XGEM XHKG Asia/Hong_Kong HK HKD
XSHG XSHG Asia/Shanghai CN CNY SS
XSHE XSHG Asia/Shanghai CN CNY SZ
BJSE XSHG Asia/Shanghai CN CNY BJ
XNYS XNYS America/New_York US USD
XNAS XNYS America/New_York US USD
ARCX XNYS America/New_York US USD
BATS XNYS America/New_York US USD
XASE XNYS America/New_York US USD
OOTC XNYS America/New_York US USD
XCBF XCBF America/Chicago US USD
XTSE XTSE America/Toronto CA CAD TO
XTSX XTSE America/Toronto CA CAD V
NEOE XTSE America/Toronto CA CAD NE
XCNQ XTSE America/Toronto CA CAD CN
XMEX XMEX America/Mexico_City MX MXN MX
BVMF BVMF America/Sao_Paulo BR BRL SA
XBUE XBUE America/Argentina/Buenos_Aires AR ARS BA
XSGO XSGO America/Santiago CL CLP SN
XBOG XBOG America/Bogota CO COP CL
XLIM XLIM America/Lima PE PEN LM
XBDA XBDA Atlantic/Bermuda BM BMD
XLON XLON Europe/London GB GBP L IL
AIMX XLON Europe/London GB GBP
XDUB XDUB Europe/Dublin IE EUR IR
XPAR XPAR Europe/Paris FR EUR PA
XAMS XAMS Europe/Amsterdam NL EUR AS
XBRU XBRU Europe/Brussels BE EUR BR
XLIS XLIS Europe/Lisbon PT EUR LS
XLUX XLUX Europe/Luxembourg LU EUR LU
XMIL XMIL Europe/Rome IT EUR MI
XMAD XMAD Europe/Madrid ES EUR MC
XETR XETR Europe/Berlin DE EUR DE
XFRA XETR Europe/Berlin DE EUR F
XSTU XSTU Europe/Berlin DE EUR SG
XDUS XDUS Europe/Berlin DE EUR DU
XHAM XHAM Europe/Berlin DE EUR HM
XEUR XEUR Europe/Berlin DE EUR
XEEE XEEE Europe/Berlin DE EUR
XSWX XSWX Europe/Zurich CH CHF SW
XWBO XWBO Europe/Vienna AT EUR VI
XSTO XSTO Europe/Stockholm SE SEK ST
XCSE XCSE Europe/Copenhagen DK DKK CO
XHEL XHEL Europe/Helsinki FI EUR HE
XOSL XOSL Europe/Oslo NO NOK OL
XICE XICE Atlantic/Reykjavik IS ISK IC
XTAL XTAL Europe/Tallinn EE EUR TL
XRIS XRIS Europe/Riga LV EUR RG
XLIT XLIT Europe/Vilnius LT EUR VS
XWAR XWAR Europe/Warsaw PL PLN WA
XPRA XPRA Europe/Prague CZ CZK PR
XBUD XBUD Europe/Budapest HU HUF BD
XBRA XBRA Europe/Bratislava SK EUR
XLJU XLJU Europe/Ljubljana SI EUR
XZAG XZAG Europe/Zagreb HR EUR
XBEL XBEL Europe/Belgrade RS RSD
XBSE XBSE Europe/Bucharest RO RON RO
ASEX ASEX Europe/Athens GR EUR AT
XCYS XCYS Asia/Nicosia CY EUR
XIST XIST Europe/Istanbul TR TRY IS
XMOS XMOS Europe/Moscow RU RUB ME
XTAE XTAE Asia/Jerusalem IL ILS TA
XSAU XSAU Asia/Riyadh SA SAR SR SAU
AIXK AIXK Asia/Almaty KZ KZT
XJSE XJSE Africa/Johannesburg ZA ZAR JO
XBOM XBOM Asia/Kolkata IN INR BO
XNSE XBOM Asia/Kolkata IN INR NS
XKAR XKAR Asia/Karachi PK PKR KA
XTAI XTAI Asia/Taipei TW TWD TW
ROCO XTAI Asia/Taipei TW TWD TWO
XSES XSES Asia/Singapore SG SGD SI
XKLS XKLS Asia/Kuala_Lumpur MY MYR KL
XIDX XIDX Asia/Jakarta ID IDR JK
XBKK XBKK Asia/Bangkok TH THB BK
XPHS XPHS Asia/Manila PH PHP PS
XASX XASX Australia/Sydney AU AUD AX
XNZE XNZE Pacific/Auckland NZ NZD NZ
"""


def _exchange(row: str) -> Exchange:
    mic, calendar, zone, country, currency, *suffixes = row.split()
    return Exchange(mic, calendar, zone, country, currency, tuple(suffixes))


EXCHANGES = {found.mic: found for found in map(_exchange, _ROWS.strip().splitlines())}
_BY_SUFFIX = {suffix: exchange for exchange in EXCHANGES.values() for suffix in exchange.suffixes}

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())

# ISO 3166-1, two letters: where issuers may be at home.
_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF
GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_COUNTRIES.split())

# How a hundredth of a currency is written, where prices are quoted in it; capitals count (GBP is the pound).
MINOR_UNITS = {"GBp": "GBP", "GBX": "GBP", "ILA": "ILS", "ZAc": "ZAR", "ZAC": "ZAR"}


def exchange_of_symbol(symbol: str) -> Exchange | None:
    """The exchange that the suffix of a symbol names; None for no suffix or an unlisted one, an index and a currency.

    BRK.B, ^GDAXI and EUR=X say nothing; RHM.DE and rhm.de say XETR.
    """
    if symbol.startswith("^") or symbol.endswith("=X"):
        return None
    stem, dot, suffix = symbol.rpartition(".")
    return _BY_SUFFIX.get(suffix.upper()) if dot and stem else None
