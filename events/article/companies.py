"""Companies an article tells of: by exchange mark, by legal form, and by words that stand beside companies alone.

"(RHM:ETR)", "(NYSE: XOM)" and "(SHEL.L)" name a listing, which is drafted where no securities file knows it. A name
without one is a company where shares, profit or a chief executive are said to be its own, where it is called a maker or
a bank, or where it carries a legal form. Places, peoples, offices and persons are none, whatever stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from eventfolio.events.article.entities import Name, Names
from eventfolio.events.article.text import Sentence
from eventfolio.events.article.vocabulary import Vocabulary
from eventfolio.events.catalogue import name_key, shares_by_name
from eventfolio.events.exchanges import EXCHANGES, exchange_of_symbol
from eventfolio.events.securities import Securities, Security

# How articles write exchanges: wire services', Google's and Bloomberg's short forms
_MARKS = """
XNYS NYSE US NYS N
XNAS NASDAQ NASDAQGS NASDAQGM NDAQ UQ OQ
XASE NYSEAMERICAN AMEX NYSEMKT
ARCX NYSEARCA ARCA
XLON LSE LON LN L
XETR ETR XETRA GR GY DE XETR
XFRA FRA
XPAR EPA EURONEXTPARIS FP PAR
XAMS AMS EURONEXTAMSTERDAM NA AEX
XBRU EBR BB
XMIL BIT IM MIL BORSAITALIANA
XMAD BME SM MCE
XSWX SWX SIX SW VTX
XCSE CPH DC
XSTO STO SS-OMX OMX
XHEL HEL FH
XOSL OSL NO
XTKS TYO JP TSE TOKYO
XHKG HKG HKEX HK SEHK
XKRX KRX KS KOSPI KSE
XKOS KOSDAQ KQ
XSHG SHA SSE SHSE CH
XSHE SHE SZSE
XTSE TSX CN TSE-CA
XTSX TSXV
XASX ASX AU
XSES SGX SP
XNSE NSE IN
XBOM BSE BOM IB
XTAI TPE TWSE TT
XJSE JSE SJ
BVMF BVMF B3 BZ
XMEX BMV MM
XWBO VIE AV
XWAR WSE PW
XIST IST TI
XTAE TASE IT
XIDX IDX JKT IJ
XKLS KLSE MK
XBKK SET BKK TB
"""
_MIC_OF = {
    mark: mic for mic, *marks in map(str.split, _MARKS.strip().splitlines()) for mark in marks if mic in EXCHANGES
}
_NAME = r"[A-Z][\w&’'.-]*(?:[ -](?:(?:of|and|&|de|du|der|van|von) )?[A-Z0-9][\w&’'/.-]*){0,4}"
_MARKED = re.compile(
    rf"(?P<name>{_NAME})?,? ?[(\[](?:(?P<e1>[A-Za-z][A-Za-z. ]{{1,18}}?) ?: ?(?P<t1>[A-Z0-9][A-Z0-9.-]{{0,9}})"
    r"|(?P<t2>[A-Z0-9][A-Z0-9-]{0,8}) ?: ?(?P<e2>[A-Z]{1,8})|(?P<t3>[A-Z0-9-]{1,9}\.[A-Z]{1,3}))[)\];,]"
)
_MAKER = (
    r"(?:\w+[ -]?)?(?:compan(?:y|ies)|makers?|group|firm|miner|producer|manufacturer|bank|lender|insurer|retailer"
    r"|airline|carrier|supplier"
    r"|operator|developer|brewer|utility|refiner|driller|giant|conglomerate|contractor|builder|broker|exchange"
    r"|startup|start-up|major|chipmaker"
    r"|drugmaker|automaker|carmaker|planemaker|shipbuilder|steelmaker|startup|biotech|foundry|shipper"
    r"|agency|railway|venture|subsidiary|unit|arm|division|listing|label|chain|studio|refinery|smelter)"
)
_OWNED = (
    r"(?:shares?|stock|revenues?|profits?|earnings|net income|sales|turnover|chief executive|CEO|CFO"
    r"|chief financial officer|chairman|board"
    r"|results|guidance|dividend|market value|market capitali[sz]ation|shareholders|investors|order (?:book|backlog"
    r"|intake)|margins?|outlook"
    r"|full-year|quarterly|annual report)"
)
_OWNED_WORDS = (
    "hare", "stock", "revenue", "profit", "earnings", "net income", "sales", "turnover", "chief ", "CEO", "CFO",
    "chairman", "board", "results", "guidance", "dividend", "market ", "investors", "order ", "margin", "outlook",
    "full-year", "quarterly", "annual report",
)  # fmt: skip
_MAKER_WORDS = tuple(
    re.findall(
        r"[a-z-]+",
        "compan maker group firm miner producer manufacturer bank lender insurer retailer airline carrier supplier "
        "operator developer brewer utility refiner driller giant conglomerate contractor builder broker exchange "
        "startup start-up major biotech foundry shipper agency railway venture subsidiary unit arm division listing "
        "label chain studio smelter",
    )
)
# Each with words of which a sentence has one where the cue stands in it: patterns are tried only there.
_CUES = (
    (
        _OWNED_WORDS,
        re.compile(
            rf"(?<![\w-])(?P<name>{_NAME})(?:['’]s?)? (?:(?!(?:as|is|was|were|and|the|of|or|to) )"
            rf"\w+ ){{0,2}}?{_OWNED}\b"
        ),
    ),
    (
        ("hares", "tock", "hareholders", "nvestors", "chief executive", "CEO", "cquisition", "takeover"),
        re.compile(
            rf"\b(?:[Ss]hares|[Ss]tock|[Ss]hareholders|[Ii]nvestors|chief executive|CEO|[Aa]cquisition"
            rf"|takeover) (?:of|in|at) (?P<name>{_NAME})"
        ),
    ),
    (
        (", the ", ", a ", ", an ", ", one of the ", ", its "),
        re.compile(rf"(?<![\w-])(?P<name>{_NAME}), (?:the|a|an|one of the|its) (?:[\w'’-]+ ){{0,5}}?{_MAKER}\b"),
    ),
    (_MAKER_WORDS, re.compile(rf"\b(?:[a-z]+ )?{_MAKER},? (?P<name>{_NAME})(?=[ ,.'’])")),
    (
        (" is ", " was ", " remains "),
        re.compile(
            rf"(?<![\w-])(?P<name>{_NAME}) (?:is|was|remains) (?:the|a|an"
            rf"|one of the) (?:[\w'’-]+ ){{0,5}}?{_MAKER}\b"
        ),
    ),
    (
        ("erger", "akeover", "cquisition", "uyout", "purchase"),
        re.compile(
            rf"\b(?:[Mm]erger|[Tt]akeover|[Aa]cquisition|[Bb]uyout|purchase) (?:of|with|between) (?P<name>{_NAME})"
        ),
    ),
    (
        ("erger", "ie-up", "enture"),
        re.compile(
            r"\b(?:[Mm]erger|[Tt]ie-up|[Vv]enture) (?:of|between) [^.;]{2,60}? and (?:\w+ly[ -](?:owned|held) )?"
            rf"(?P<name>{_NAME})"
        ),
    ),
    (
        ("owned ", "held ", "listed ", "run "),
        re.compile(rf"\b(?:privately|publicly|state|family)[ -](?:owned|held|listed|run) (?P<name>{_NAME})"),
    ),
    (("nalyst",), re.compile(rf"\b[Aa]nalysts? (?:at|of|from|with) (?P<name>{_NAME})")),
    ((" declined to comment",), re.compile(rf"(?<![\w-])(?P<name>{_NAME}) declined to comment\b")),
    (("ival", "ompetitor"), re.compile(rf"\b(?:[Rr]ivals?|competitors?|[Ii]ts rival) (?P<name>{_NAME})")),
    (
        ("their ",),
        re.compile(
            rf"(?<![\w-])(?P<name>{_NAME}) and {_NAME} (?:[\w'’]+ ){{1,5}}?their (?:merger|tie-up|venture|deal)\b"
        ),
    ),
    (
        ("their ",),
        re.compile(
            rf"(?<![\w-]){_NAME} and (?P<name>{_NAME}) (?:[\w'’]+ ){{1,5}}?their (?:merger|tie-up|venture|deal)\b"
        ),
    ),
    (
        (" makes", " produces", " owns", " operates", " mines", " sells", " builds"),
        re.compile(
            rf"(?<![\w-])(?P<name>{_NAME}),? (?:which|that) (?:makes|produces|owns|operates|mines|sells|builds)\b"
        ),
    ),
)
_TITLE_OF_PERSON = re.compile(
    r"\b(?:President|Minister|Mr|Mrs|Ms|Dr|Sir|Governor|Senator|Secretary|Chancellor|King"
    r"|analyst|executive|CEO|Chairman|chairman|spokesman|spokeswoman|officer)\.?,? $"
)
_OPENERS = frozenset(
    re.findall(
        r"\w+",
        "The A An In On At By For From But And As If It Its This That These Those When While After Before Since "
        "With Under Shares Stock Analysts Investors Net Total Quarterly Annual Operating Chief Revenue Sales "
        "Profit Earnings Fourth Its Their His Her Other Both Some Many Most All No "
        "Not Only Despite Meanwhile However Separately Fellow Rival Also Q1 Q2 Q3 Q4 Monday Tuesday Wednesday "
        "Thursday Friday Saturday Sunday January February March April May June July August September October "
        "November December Group ",
    )
)


@dataclass(frozen=True)
class Companies:
    """The names of companies in an article.

    words  : those of the names that are words too
    listed : name to the listing that the article's own mark gives it, which no securities file knows
    named  : names of companies without a mark
    """

    listed: dict[str, Security]
    named: tuple[str, ...]
    known: dict[str, str]
    words: frozenset[str] = frozenset()

    def in_sentence(self, text: str) -> Iterator[Name]:
        """Where the names stand in a sentence, the longest first."""
        if self._pattern is None or not any(name in text for name in self._spelled):
            return
        for match in self._pattern.finditer(text):
            if match[1] in self.words and is_common_there(text, match.start(), match.end()):
                continue
            symbol = self.known.get(match[1]) or (self.listed[match[1]].symbol if match[1] in self.listed else None)
            yield Name(match[1], match.start(1), match.end(1), symbol)

    @property
    def tickers(self) -> frozenset[str]:
        """The tickers of what the article names, as they may stand in brackets behind it."""
        symbols = [*self.known.values(), *(security.symbol for security in self.listed.values())]
        return frozenset({*symbols, *(symbol.split(".")[0] for symbol in symbols)})

    @cached_property
    def _spelled(self) -> tuple[str, ...]:
        return tuple(sorted({*self.listed, *self.named, *self.known}, key=lambda name: (-len(name), name)))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = self._spelled
        return re.compile(rf"(?<![\w&-])({'|'.join(map(re.escape, names))})(?![\w&-])") if names else None


def companies_of(
    title: str, sentences: Iterable[Sentence], names: Names, securities: Securities, words: Vocabulary
) -> Companies:
    """The companies of an article, from its title and sentences.

    Returns : names that a securities file knows are left to `names`, but for short forms of marked ones
    """
    listed: dict[str, Security] = {}
    known: dict[str, str] = {}
    counts: dict[str, int] = {}
    mentions: dict[str, int] = {}
    catalogued: dict[str, Security] = {}
    texts = [title, *(sentence.text for sentence in sentences)]
    for text in texts:
        for name, security in _marked(text, securities):
            for form in _forms(name, words):
                if names.is_known(form):
                    continue
                if security.symbol in securities:
                    known.setdefault(form, security.symbol)
                else:
                    listed.setdefault(form, security)
        for form, security in _catalogued(text, words):
            mentions[form] = mentions.get(form, 0) + 1
            catalogued.setdefault(form, security)
        for needed, cue in _CUES:
            for match in cue.finditer(text) if any(word in text for word in needed) else ():
                name = _trimmed(match["name"])
                before = text[max(match.start("name") - 24, 0) : match.start("name")]
                if name and not _TITLE_OF_PERSON.search(before) and not words.is_no_company(name):
                    counts[name] = counts.get(name, 0) + 1
    cued = {form for name in counts for form in (name, *_forms(name, words))}
    for form, security in catalogued.items():
        if form in listed or names.is_known(form) or security.symbol not in securities:
            continue
        if form in cued or not words.is_word(form):
            known.setdefault(form, security.symbol)
    for name in counts:
        short = _shares_by_short_name().get(_key_of(name))
        if short and short.symbol in securities and name not in {*listed, *known} and not words.is_word(name):
            known.setdefault(name, short.symbol)
    found = [form for name in counts for form in _forms(name, words)]
    taken = {*listed, *known}
    named = tuple(
        dict.fromkeys(n for n in found if n not in taken and not names.is_known(n) and not names.holds_known(n))
    )
    named = tuple(n for n in named if not any(re.search(rf"\b{re.escape(other)}\b", n) for other in taken))
    common = frozenset(name for name in (*listed, *known, *named) if words.is_word(name))
    return Companies(listed, named, known, common)


def is_common_there(text: str, start: int, end: int) -> bool:
    """Whether a name that is a word too stands as the word: "Orange growers lost", "Target prices rose"."""
    opens = start == 0 or text[max(start - 2, 0) : start] in (". ", ": ")
    return (
        opens and re.match(r" [a-z]{3,}s (?!(?:it|that|its|the|a|an|to|by)\b)[a-z]", text[end : end + 40]) is not None
    )


_CAPITALS = re.compile(r"(?<![\w-])[A-Z][\w&’'.-]*(?:[ -](?:(?:of|and|&|de|du|der|van|von) )?[A-Z0-9][\w&’'/.-]*){0,5}")


# what a company's name says of its trade, and articles leave out: "Infineon" is Infineon Technologies
_TRADES = frozenset(
    re.findall(
        r"\w+",
        "technologies technology motor motors semiconductors semiconductor pharmaceuticals pharmaceutical pharma "
        "chemical chemicals industries electric electronics energy financial insurance bank resources mining steel "
        "foods brewing airlines airways railway telecom communications laboratories heavy entertainment software "
        "systems",
    )
)


@cache
def _shares_by_short_name() -> dict[str, Security]:
    """The catalogue's shares by their names without the word of their trade, where only one has that."""
    found: dict[str, dict[str, Security]] = {}
    whole = shares_by_name()
    for key, security in whole.items():
        first, _, last = key.rpartition(" ")
        if last in _TRADES and len(first) > 2 and first not in whole:
            found.setdefault(first, {})[security.symbol] = security
    return {short: next(iter(listed.values())) for short, listed in found.items() if len(listed) == 1}


_key_of = lru_cache(maxsize=65_536)(name_key)


@lru_cache(maxsize=65_536)
def _share_named(words: str) -> tuple[str, Security | None]:
    """A name without its possessive or stop, and the catalogue's share of that name."""
    form = re.sub(r"['’]s?$|[.,]$", "", words)
    return form, shares_by_name().get(name_key(re.sub(r"\.com$", "", form))) if len(form) > 2 else None


def _catalogued(text: str, words: Vocabulary) -> Iterator[tuple[str, Security]]:
    """Names of the catalogue's shares as they stand in a text, the longest first at each place."""
    for match in _CAPITALS.finditer(text):
        tokens = [(t.start(), t.end()) for t in re.finditer(r"[^ ]+", match[0])]
        tokens_of = match[0].split(" ")
        at = 0
        while at < len(tokens):
            for last in range(min(at + 5, len(tokens)) - 1, at - 1, -1):
                form, security = _share_named(match[0][tokens[at][0] : tokens[last][1]])
                if security is None or words.is_no_company(form):
                    continue
                if at == 0 or _may_stand_before(tokens_of[at - 1], words):
                    yield form, security
                    at = last
                    break
            at += 1


def _may_stand_before(token: str, words: Vocabulary) -> bool:
    """Whether a capitalised word before a company's name is no part of a longer one: no "Quebrada Honda" mine."""
    bare = token.rstrip(".,")
    return (
        not bare[:1].isupper()
        or token.endswith(("'s", "’s", "s'", "s’", "."))
        or bare in _OPENERS
        or bare.isupper()
        or words.is_no_company(bare)
        or _IS_MAKER.fullmatch(bare.lower()) is not None
        or bare.lower().endswith(("based", "listed", "owned", "backed"))
    )


def _marked(text: str, securities: Securities) -> Iterator[tuple[str, Security]]:
    """Each name with an exchange mark behind it, and its listing: one that is known, or one made from the mark."""
    for match in _MARKED.finditer(text):
        ticker = (match["t1"] or match["t2"] or match["t3"]).rstrip(".")
        mark = re.sub(r"[^A-Z0-9]", "", (match["e1"] or match["e2"] or "").upper())
        if mark not in _MIC_OF and ticker in _MIC_OF:
            ticker, mark = mark, ticker
        if match["t3"]:
            exchange = exchange_of_symbol(ticker)
            symbol = ticker
        else:
            mic = _MIC_OF.get(mark)
            if mark == "TSE" and not ticker[:1].isdigit():
                mic = "XTSE"
            exchange = EXCHANGES.get(mic) if mic else None
            symbol = _symbol(ticker, mic) if mic else ticker
        if exchange is None:
            continue
        name = _trimmed(match["name"] or "") or symbol
        if symbol in securities:
            yield name, securities[symbol]
            continue
        yield name, Security(symbol=symbol, name=name, exchange=exchange.mic, currency=exchange.currency, lot=1)


def _symbol(ticker: str, mic: str) -> str:
    """The symbol of a ticker on an exchange, with its suffix and Hong Kong's four digits."""
    suffixes = EXCHANGES[mic].suffixes
    bare = ticker.split(".")[0] if suffixes and ticker.endswith(f".{suffixes[0]}") else ticker
    if mic == "XHKG" and bare.isdigit():
        bare = bare.lstrip("0").zfill(4)
    bare = bare.replace(".", "-") if mic in ("XNYS", "XNAS", "XLON") else bare
    return f"{bare}.{suffixes[0]}" if suffixes else bare


_IS_MAKER = re.compile(_MAKER)


def _trimmed(name: str) -> str:
    """A name without the words that only begin its sentence, nor a possessive."""
    words = re.sub(r"['’]s?$", "", name.strip(" ,.")).split(" ")
    while words and (
        words[0] in _OPENERS
        or (len(words) > 1 and _IS_MAKER.fullmatch(words[0].lower()))
        or words[0].endswith(("'s", "’s"))
    ):
        words = words[1:]
    while words and words[0] in ("of", "in", "and", "&", "de"):
        words = words[1:]
    while words and words[-1] in ("of", "and", "&", "de", "CEO", "Chief", "Chairman", "shares", "Shares"):
        words = words[:-1]
    joined = " ".join(words)
    return joined if len(joined) > 1 and not joined.isdigit() else ""


def _forms(name: str, words: Vocabulary) -> Iterator[str]:
    """The name, and how it is called for short: without its legal form."""
    yield name
    short = re.sub(rf"(?:,? (?:{'|'.join(map(re.escape, words.forms))})\b\.?)+$", "", name, flags=re.IGNORECASE)
    if short != name and len(short) > 2 and not words.is_no_company(short):
        yield short
