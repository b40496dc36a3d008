"""Companies told by exchange marks, legal forms and the words beside them; places, people and offices are none."""

from __future__ import annotations

import pytest

from eventfolio.events import draft_of, packaged_securities, read_article
from eventfolio.events.article.native_names import native_names

KNOWN = packaged_securities()


@pytest.fixture
def found(write):
    def _found(text: str):
        article = read_article(str(write("a.txt", f"A title\n2025-06-17T00:00:00Z\n\n{text}\n")))
        draft = draft_of(article, KNOWN, "draft")
        listed = {m.security.symbol for theme in draft.themes for m in theme.members if not m.is_proxy}
        return listed, {name.name.text for name in draft.unknown}

    return _found


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Halvorsen Steel (OSL: HSTL) opened a mill.", {"HSTL.OL"}),
        ("Halvorsen Steel (HSTL:OSL) opened a mill.", {"HSTL.OL"}),
        ("Aurum Mines Ltd. (ASX: AUM) and Brisk Motor (NYSE: BRSK) merged.", {"AUM.AX", "BRSK"}),
        ("Kaede Foods (2999.T) rose.", {"2999.T"}),
        ("Jade Harbour (HKEX: 01999) rose.", {"1999.HK"}),
        ("Nordwind SE (ETR: NWD) rose. Nordwind later fell.", {"NWD.DE"}),
        ("KOGAS (036460.KS) rose.", {"036460.KS"}),
        ("The plan (see: APPENDIX) was dropped.", set()),
    ],
)
def test_an_exchange_mark_names_the_listing(found, text, symbols):
    assert found(text)[0] == symbols


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Shares of Velanor fell 4 per cent after a ruling.", {"Velanor"}),
        ("Velanor's profit fell.", {"Velanor"}),
        ("The chipmaker Velanor reported a loss.", {"Velanor"}),
        ("Velanor, a maker of pumps, said it would close.", {"Velanor"}),
        ("Velanor Pumps GmbH & Co said it would close, Halden Oyj agreed.", set()),
        ("Velanor, the rating agency, spoke.", {"Velanor"}),
        ("Aldra, a joint venture of two miners, opened a pit.", {"Aldra"}),
        ("A court cleared the merger of Velanor and privately owned Pacific Haul.", {"Velanor", "Pacific Haul"}),
        ("Analysts at Brinkley expect a rise.", {"Brinkley"}),
        ("Its rival Nordre Forsikring fell.", {"Nordre Forsikring"}),
        ("Velanor and Aldra completed their merger.", {"Velanor", "Aldra"}),
        ("Talks with Halden Federal Railways failed.", {"Halden Federal Railways"}),
        ("Denmark's exports fell and Danish officials met in Paris.", set()),
        ("President Marta Olsen spoke; analyst Piet Bakker disagreed.", set()),
        ("The European Commission fined importers.", set()),
        ("Profits rose. Shares fell. Sales at home grew.", set()),
    ],
)
def test_a_company_is_told_by_what_stands_beside_it(found, text, names):
    unknown = found(text)[1]
    assert names <= unknown
    assert unknown <= names or "GmbH" in text


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Shares of Target fell. Target said it would close a store.", {"TGT"}),
        ("Target practice was banned.", set()),  # nothing says that it is the company
        ("Amazon.com opened a depot.", {"AMZN"}),
        ("Infineon's shares fell.", {"IFX.DE"}),  # Infineon Technologies
        ("Infineon met.", set()),  # nothing says that it is a company
    ],
)
def test_a_name_that_is_a_word_wants_more(found, text, symbols):
    assert found(text)[0] == symbols


def test_a_word_is_no_company_though_the_company_is_named(write):
    text = (
        "Orange, the French telecoms company, opened a shop on 2 June 2025. Orange growers lost a crop on 3 June 2025."
    )
    article = read_article(str(write("a.txt", f"A title\n2025-06-17T00:00:00Z\n\n{text}\n")))
    events = {one.occurs: one for one in draft_of(article, KNOWN, "draft").calendar.events}
    assert (events["2025-06-02"].themes, events["2025-06-02"].note) == (("orange",), None)
    assert events["2025-06-03"].note == "Its theme is that of the company named before."


def test_news_of_a_company_without_a_listing_moves_no_other(write):
    text = "IHI opened a dam on 2 June 2025. Velanor, a family-owned supplier, shut a mill on 3 June 2025."
    article = read_article(str(write("a.txt", f"A title\n2025-06-17T00:00:00Z\n\n{text}\n")))
    events = {one.occurs: one for one in draft_of(article, KNOWN, "draft").calendar.events}
    assert events["2025-06-02"].themes == ("ihi",)
    assert events["2025-06-03"].themes == ()
    assert events["2025-06-03"].note is not None
    assert "It tells of Velanor, of which no listing is known" in events["2025-06-03"].note


def test_a_part_of_a_company_names_no_theme_by_its_name(write):
    text = "Toyota Energy, which makes cells, opened a mill on 2 June 2025."
    article = read_article(str(write("a.txt", f"A title\n2025-06-17T00:00:00Z\n\n{text}\n")))
    assert [theme.name for theme in draft_of(article, KNOWN, "draft").themes] == ["toyota"]


def test_a_name_in_korean_is_found_with_its_particle(write):
    securities = write(
        "s.toml",
        'schema = 1\n[[security]]\nsymbol = "036460.KS"\nname = "Korea Gas Corporation"\n'
        'aliases = [{ name = "한국가스공사" }]\nexchange = "XKRX"\ncurrency = "KRW"\nlot = 1\n',
    )
    from eventfolio.events import read_securities

    article = read_article(
        str(write("a.txt", "제목\n2025년 6월 17일 오후 5:55\n\n한국가스공사는 2025년 6월 16일 계약을 체결했다.\n"))
    )
    assert (article.published.isoformat(), article.zone, article.zone_assumed) == (
        "2025-06-17T17:55:00+09:00",
        "Asia/Seoul",
        True,
    )
    draft = draft_of(article, KNOWN.with_more(read_securities(securities)), "draft")
    assert [theme.members[0].security.symbol for theme in draft.themes] == ["036460.KS"]
    event = draft.calendar.events[-1]
    assert (event.occurs, event.confidence, event.themes) == ("2025-06-16", "low", ("korea-gas",))


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        (
            "한국가스공사는 2025년 6월 16일 계약을 체결했다. LG전자와 삼성전자는 공장을 연다.",
            {"036460.KS", "066570.KS", "005930.KS"},
        ),
        ("トヨタ自動車は6月16日、工場を建設すると発表した。", {"7203.T"}),
        ("中国海油6月16日宣布新项目。騰訊昨日下跌3%。", {"0883.HK", "0700.HK"}),
        ("中国银行业6月16日下跌。", set()),  # the banking trade
    ],
)
def test_names_in_their_own_script_are_listings(found, text, symbols):
    assert found(text)[0] == symbols


def test_native_names_are_of_known_listings_and_of_one_each():
    names = native_names()
    assert not [symbol for symbol in names if symbol not in KNOWN]
    told = [name for listed in names.values() for name in listed]
    assert len(told) == len(set(told))


def test_an_article_without_a_listing_drafts_the_market_as_a_proxy(write):
    article = read_article(str(write("a.txt", "A title\n2025-06-17T00:00:00Z\n\nIt rained on 3 June 2025.\n")))
    draft = draft_of(article, KNOWN, "draft")
    (theme,) = draft.themes
    assert (theme.name, theme.members[0].security.symbol, theme.members[0].is_proxy) == ("market", "SPY", True)


def test_words_of_ones_own_come_first(write):
    own = write(
        "words.toml",
        '[theme.pumps]\ntitle = "Pumps"\nwords = ["pump"]\n'
        '[[kind]]\nname = "priming"\nverbs = ["prime"]\n[names]\ncommon = ["Velanor"]\n',
    )
    article = read_article(
        str(
            write(
                "a.txt", "A title\n2025-06-17T00:00:00Z\n\nVelanor's shares fell as IHI primed a pump on 3 June 2025.\n"
            )
        )
    )
    draft = draft_of(article, KNOWN, "draft", own)
    assert [(theme.name, theme.members[0].security.symbol) for theme in draft.themes] == [("pumps", "7013.T")]
    assert draft.calendar.events[-1].kind == "priming"
    assert draft.unknown == ()


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Miners at Quebrada Honda downed tools; Honda rose.", {"7267.T"}),
        ("Miners at Quebrada Honda downed tools.", set()),
        ("Ships left the White Sea for Halden City.", set()),
        ("Norwood Partners lent it money.", set()),
        ("Japan's Honda cut its forecast.", {"7267.T"}),
        ("Carmaker Honda cut its forecast.", {"7267.T"}),
        ("Japanese Honda cut its forecast.", {"7267.T"}),
    ],
)
def test_a_part_of_a_longer_name_is_no_company(found, text, symbols):
    assert found(text)[0] == symbols
