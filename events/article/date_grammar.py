"""The words by which dates, lengths and points of time are found in a sentence, as one pattern.

EXPRESSION's groups: lead ("by", "since"), det, part ("early"), and for what has no date set, vague and length. It is
tried only at the words that OPENERS lists or at words of time, with a word of time at most REACH characters on.
"""

from __future__ import annotations

import re
from functools import lru_cache

from eventfolio.events.dates.named import FEASTS
from eventfolio.events.dates.period import COUNT, DAY_WORDS, MONTH, ORDINAL, SEASON, UNIT, WEEKDAY

YEAR = r"(?:19|20)\d\d(?![\d,.]*\d)(?!-?(?:billion|million|trillion|thousand|parameter))"
_OF_YEAR = rf"(?:{YEAR}|(?:this|next|last|the) year|that year)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_STEP = (
    "(?:this|next|last|coming|upcoming|current|following|previous|past|latest|preceding|prior|this past|this coming)"
)
_DAYPART = "(?:morning|afternoon|evening|night)"
DAYNAME = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_FISCAL = r"(?:(?:fiscal|financial|business)(?:[- ]year)? ?(?:\d{4}|'?\d\d)(?!\d)|FY ?(?:20)?\d\d(?!\d))"
NUMBER = (
    "(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ -](?:one|two|three|four|five|six|seven|eight|nine)"
    rf"|{COUNT}|\d{{1,3}}(?:\.\d|,\d{{3}}| 1/2)?)"
)
SPAN = "(?:minutes?|hours?|days?|weeks?|fortnights?|months?|years?|decades?|century|centuries)"
_FEAST = "|".join(sorted(FEASTS, key=len, reverse=True))  # "Easter Monday" before "Easter"
_A_DAY = (
    rf"(?:{MONTH} {_DAY}(?:,? {YEAR})?(?![\d,]*\d)|{_DAY} {MONTH}(?:,? {YEAR})?|\d{{4}}-\d{{1,2}}-\d{{1,2}}"
    rf"|(?:(?:next|last|this) )?{DAYNAME}|today|tomorrow|yesterday|(?:{_FEAST})(?: {YEAR})?)"
)
_THE = "(?:the |its |their |a |an )?"
_DAY_WORD = "(?:" + "|".join(sorted(DAY_WORDS, key=len, reverse=True)) + ")"
_ATOMS = (
    # "ten days after May 3", "for ten days from May 3"; not a part of "within", "more than ten days from May 3", nor
    # "36 ships a day from May 3"
    rf"(?<!the )(?<!over )(?<!within )(?<!within a )(?<!than )(?<!least )(?<!most )(?<!next )(?<!first )(?<!by )"
    rf"(?!(?<=s )an? ){COUNT}[ -]{UNIT} (?:after|before|from) {_THE}{_A_DAY}",
    rf"(?<=within )(?:{COUNT})[ -]{UNIT} (?:of|from|after) {_THE}{_A_DAY}",
    rf"(?<=by ){COUNT}[ -]{UNIT} (?:after|before|from) {_THE}{_A_DAY}",
    rf"(?<=the )(?:{COUNT} )?{UNIT} (?:after|before|following|from) {_THE}{_A_DAY}",
    rf"(?<=the )(?:(?:first|last) )?(?:day|{DAYNAME}) (?:after|before|following) {_THE}{_A_DAY}",
    rf"(?:(?<=the )|(?<=on the ))(?:{_DAY_WORD}|\d{{1,2}}(?:st|nd|rd|th)) day of {MONTH}(?:,? {YEAR})?",
    rf"(?<=the ){_DAY_WORD} of {MONTH}(?:,? {YEAR})?",
    rf"(?<=the ){DAYNAME} (?:before last|after next)",
    rf"{MONTH} {_DAY} (?:and|or) {_DAY}(?:,? {YEAR})?(?![\d,]*\d)(?! ?(?:%|per|billion|million|thousand))",
    rf"{_DAY} (?:and|or) {_DAY} {MONTH}(?:,? {YEAR})?",
    rf"(?:last|next|this past|this coming) (?:{MONTH} {_DAY}|{_DAY} {MONTH})(?![\d,]*\d)",
    rf"(?:{WEEKDAY},? (?:the )?)?{MONTH} {_DAY}(?:,? (?:of )?{YEAR}|,? (?:of )?(?:this|next|last) year)?(?![\d,]*\d)",
    rf"(?:{WEEKDAY},? (?:the )?)?{_DAY}[ -](?:of )?{MONTH}(?:[ -]|,? )?(?:(?<=[ ,-]){YEAR}|(?<= )(?:this|next"
    rf"|last) year)?",
    r"\d{4}-\d{1,2}-\d{1,2}",
    r"\d{4}/\d{1,2}/\d{1,2}",
    r"\d{1,2}/\d{1,2}/\d{4}",
    r"\d{1,2}-\d{1,2}-(?:19|20)\d\d",
    r"\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?!\.?\d)",
    rf"{MONTH},?[ -](?:of )?{_OF_YEAR}",
    rf"{YEAR} {MONTH}",
    rf"(?:{_STEP} )?{_FISCAL}(?:,? (?:[qh][1-4]|(?:{ORDINAL}|final)[ -](?:quarter|half)))?",
    rf"(?:{ORDINAL}[ -](?:fiscal|financial)|(?:fiscal|financial)[ -]{ORDINAL})[ -](?:quarter|half)(?! of)",
    rf"(?:{ORDINAL}|final)[ -](?:quarter|half)(?:,? (?:of |in )?(?:{_FISCAL}|{_OF_YEAR}))?",
    rf"(?:{_OF_YEAR}(?:'s)? )(?:{ORDINAL}|final)[ -](?:quarter|half)",
    rf"[QH][1-4](?:,?[ -](?:of )?(?:{_FISCAL}|{_OF_YEAR}))?",
    rf"{YEAR}[ -]?[QH][1-4]",
    rf"(?:full[ -]|fiscal[ -]|financial[ -])?(?:{NUMBER}[ -])?(?:week|month|quarter|half"
    rf"|year)s?[ -]?(?:that )?(?:ending|ended|ends|beginning|starting"
    rf"|commencing) (?:on )?{MONTH} {_DAY}(?:,? {YEAR})?",
    rf"(?<!by )(?<!by a )(?:{NUMBER}[ -])?(?:week|month|quarter|half|year)s?[ -]?(?:ending|ended|to|through) (?:on "
    rf"|in )?(?:{MONTH} {_DAY}|{_DAY} {MONTH}|{MONTH})(?:,? {YEAR})?",
    rf"(?<!within a )week (?:of|beginning|starting|commencing) (?:{MONTH} {_DAY}|{_DAY} {MONTH})(?:,? {YEAR})?",
    rf"(?:{ORDINAL}|sixth) {WEEKDAY} (?:of|in) (?:{_STEP} month|{MONTH}(?:,? {_OF_YEAR})?|the month)",
    rf"(?:first|last|final|opening) {COUNT} (?:days|weeks|months|quarters)(?: (?:of|in) (?:{_FISCAL}|{_OF_YEAR}"
    rf"|{_STEP} (?:year|month|quarter)|{MONTH}(?:,? {YEAR})?))?",
    rf"(?:{_STEP} )?{SEASON} (?:of )?{_OF_YEAR}",
    rf"(?:{_STEP}) {SEASON}",
    rf"(?<=the ){SEASON}(?= [a-z]|[.,;])(?! (?:of|in|to|and|or|season)\b)",
    r"that (?:same )?(?:day|week|month|quarter|year)\b(?! of\b)",
    rf"that (?:{MONTH}|{SEASON})(?=[.,;]|$| (?:when|after|before|to|in|at|for|with|by|because)\b)",
    rf"(?:{_STEP}) (?:fiscal |financial |calendar )?(?:day|week|weekend|month|quarter|half|year|decade"
    rf"|{DAYNAME}(?: {_DAYPART})?|{MONTH}(?! \d)|{_DAYPART})",
    r"(?:week|weekend|month|quarter|year) (?:after next|before last)",
    r"(?:week|month|quarter|year)[ -]to[ -]date",
    r"(?:week|month|quarter|year)[- ](?:earlier|ago) (?:(?:first|second|third|fourth) quarter|week|month|quarter|year"
    r"|period)|year-(?:ago|earlier)",
    rf"(?:next|past|last|coming|previous) {NUMBER} {UNIT}",
    rf"{NUMBER}[ -]{UNIT} (?:ago|from now|later|earlier|afterwards?|before(?! (?:the )?{_A_DAY})|from today)(?! than)",
    rf"(?:{DAYNAME}|today|tomorrow|yesterday),? (?:of )?(?:{_STEP} week)",
    r"day (?:after tomorrow|before yesterday)",
    r"(?<=the )day (?:before|earlier|after|later)(?=[.,;)]|$| when\b)",
    rf"{ORDINAL} week (?:of|in) (?:{MONTH}(?: {YEAR})?|{YEAR}|{_STEP} month|the month)",
    r"(?:early|mid|late)[ -](?:week|month|year)",
    rf"(?:year|month|quarter|week)(?:'s)?[ -]end|(?:end|rest|remainder|middle|beginning|start) of (?:the |this "
    rf"|next |last |that )?(?:week|month|quarter|half|year|decade|{YEAR})",
    rf"(?:today|yesterday|tomorrow|{DAYNAME})(?: {_DAYPART})?|tonight|overnight",
    r"\d{3}0'?s\b",
    r"(?<=the )entire year",
    rf"(?<=the )(?:quarter|weekend|week|year|month|full year|latest period)"
    rf"(?! of\b| earlier| ago| to (?:the end of )?(?:{MONTH}|\d{{1,2}} {MONTH})| before| two thousand)(?= "
    r"|[.,;])",
    rf"(?:(?:this|next|last) )?(?:{_FEAST})(?: (?:of )?{_OF_YEAR})?",
    MONTH,
    YEAR,
)
_ATOM = "(?:" + "|".join(_ATOMS) + ")"
_PART = (
    "(?:(?:(?:the )?(?:very )?(?:early|mid|middle of|late|beginning of|start of|end of|later|earlier)(?: on)?"
    "[ -](?:in )?(?:the |this )?)?)"
)
_LEAD = (
    "(?:by|no later than|not later than|no earlier than|not earlier than|no sooner than|not before|not until|since"
    "|ever since"
    "|until|till|before|prior to|ahead of|after|between|from|starting(?: in| from| on)?|as early as|as late as"
    "|as soon as|as of"
    "|through|beyond|during|around|about|in|on|at|for|of|to|over|throughout|beginning(?: in| on)?|within|sometime in"
    "|almost"
    "|nearly"
    "|roughly|approximately|effective|in about|in around|on or before|on or after|later than|at the end of|up to)"
)
# "until 9 a.m. EST Tuesday": the clock is passed over, the day is read
_CLOCK = (
    r"(?:noon|midnight|midday|\d{1,2}(?::\d\d)? ?[ap]\.?m\.?|\d{1,2}[:.]\d\d)(?: \(?(?-i:[A-Z]{2,4})\)?)?,?(?: on)? "
    rf"(?={DAYNAME}|{MONTH}|\d{{1,2}} {MONTH}|today|tomorrow|yesterday|(?:next|last|this) )"
)
_DET = r"(?:the |a |an |its |their |his |her |our )"
_QUANTITY = (
    r"(?:(?:at least|at most|more than|less than|fewer than|over|under|nearly|almost|about|around|up to|some|roughly"
    rf"|another|first|last|next|final) )?(?:{NUMBER}(?: and a half| more| additional| full| further| consecutive"
    "| straight)?|an additional|a few|a full|several|many|half an?|a half"
    "|(?:next|past|last|coming|previous) (?:few|several|many|couple of))"
)
EXPRESSION = re.compile(
    r"(?<![\w$€£¥.,-])(?:"
    rf"(?P<set>(?:every|each) (?:{COUNT} |other |second |third )?(?:{SPAN}|weekday|weekend|{DAYNAME}|{MONTH}|{SEASON}"
    rf"|morning|evening|night)|{DAYNAME}s|annually"
    r"|(?:once|twice|three times|\d times) (?:a|per) (?:day|week|month|quarter|year)"
    r"|hourly|daily|weekly|monthly)(?![\w-])|"
    r"(?P<vague>recently|currently"
    r"|(?<!until )(?<!for )(?<!, )now(?!,)|(?:the )?recent (?:years|quarters|months|weeks|days)|these days|nowadays"
    r"|at present"
    r"|(?:the )?coming (?:years|quarters|months|weeks|days)|the (?:near )?future"
    r"|(?:(?<=in )|(?<=since )|(?<=from )|(?<=until ))1[5-8]\d\d(?![\d,.]*\d)(?! [a-z]+s\b)"
    rf"|(?:the )?(?:(?:early|mid|late)[- ])?(?:{_DAY_WORD}|\d{{1,2}}(?:st|nd|rd|th))[- ]century)(?![\w-])|"
    rf"(?:(?P<lead>{_LEAD}) )??(?P<clock>{_CLOCK})?(?P<det>{_DET})?(?:"
    rf"(?P<within>(?<=in )|(?<=within )|(?<=within the next )){COUNT} {UNIT}(?:'? time)?(?![\w-]| (?:ago|earlier"
    rf"|later|before|after|of|period))|"
    rf"(?<=between ){_PART}{_ATOM} and {_PART}{_ATOM}|"
    rf"(?P<part>{_PART}){_ATOM}"
    rf"(?:(?: (?:to|until|till|through|and into) |[-–—/]){_PART}(?:{_ATOM}|{_DAY}(?:,? {YEAR})?(?! ?%)))?)"
    r"(?![\w$%]|\.[a-z])|"
    r"(?P<time>\d{1,2}(?::\d\d)? ?[ap]\.?m\b\.?|\d{1,2} in the (?:morning|afternoon|evening)|(?:(?<=at )|(?<=by ))"
    r"(?:noon|midnight|midday))(?! to \d| ?[-–] ?\d)|"
    rf"(?P<length>{_QUANTITY}[ -]{SPAN}(?:-long)?(?![\w-]| old| later| earlier| ago| from now| ahead of)"
    r"|(?:(?<=for )|(?<=within )|(?<=in )|(?<=after )|(?<=over the )|(?<=follows ))(?:minutes|hours|days|weeks|months"
    r"|years|decades|centuries)(?! of\b)"
    rf"|(?:{NUMBER}|a few|several|many|(?:next|past|last|coming) (?:few|several|many)) quarters"
    r"(?! of\b| later| earlier| ago)"
    r"|(?:a few|several|many) (?:minutes|hours|days|weeks|months|years) (?:later|earlier)"
    r"|(?:hours?|days?|weeks?|months?|years?|decades?)-long|(?:day|week|month|year|decade)long"
    r"|(?:minutes|hours|days|weeks|months|decades) ago"
    r"|(?<=the )(?:days|weeks|months|years|hours|decades)(?= (?:after|before|later|earlier|ago)\b)|(?:nine|six|three"
    r"|12|18|two|five|seven|eight|ten)-(?:day|week|month|year))(?![\w-])"
    r")",
    re.IGNORECASE,
)
REACH = 48  # characters from the first word of an expression to its first word of time
WORD = re.compile(r"(?<![\w$€£¥.,-])\w+")
_OF_TIME = re.compile(
    rf"{MONTH}|{WEEKDAY}|{DAYNAME}s|\w*long|\w*(?:day|days|week|weeks|weekend|month|months|quarter"
    rf"|quarters|half|year|years|decades?|centur(?:y|ies)|fortnights?|hours?|minutes?)"
    rf"|recently|currently|now|today|tonight|tomorrow|yesterday|overnight|noon|midnight|midday|nowadays|present|future|annually|hourly|daily|weekly"
    rf"|monthly|times|twice|once"
    rf"|{SEASON[3:-1]}|morning|afternoon|evening|night|FY\d*|[QH][1-4]|\d{{1,4}}|FY\d\d\w*"
    rf"|{'|'.join(name for name in FEASTS if ' ' not in name)}",
    re.IGNORECASE,
)
_LEADING = re.compile(r"\d{1,4}(?!\d)")


@lru_cache(maxsize=65_536)
def _is_of_time(word: str) -> bool:
    return _OF_TIME.fullmatch(word) is not None


@lru_cache(maxsize=65_536)
def _leads_with_a_number(word: str) -> bool:
    return _LEADING.match(word) is not None


def places_of_time(text: str, start: int) -> list[int]:
    """Where words of time stand from a character on; numbers of up to four figures among them."""
    found = []
    for token in _TOKEN.finditer(text, start):
        word = token[0]
        if (_is_of_time(word) and text[token.start() - 1 : token.start()] not in _MONEY) or (
            _leads_with_a_number(word) and (token.end() < len(text) or not word.isdigit())
        ):
            found.append(token.start())
    return found


_TOKEN = re.compile(r"\w+")
_MONEY = frozenset("$€£¥,")
OPENERS = frozenset(
    re.findall(
        r"\w+",
        "by beyond no not since ever until till before prior ahead after between from starting as through during "
        "around about in on at for of to over throughout beginning within sometime almost nearly roughly "
        "approximately effective later up or the a an its their his her our early mid late middle start end "
        "this next last coming upcoming current following previous past latest preceding earlier rest "
        "remainder first second third fourth fifth sixth final opening one two three four five six seven "
        "eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
        "thirty forty fifty sixty seventy eighty ninety several many few some every each half more less fewer "
        "under another fiscal financial business full recent these good new year month quarter week weekend "
        "very least most couple day boxing easter independence veterans memorial labor thanksgiving christmas "
        "halloween effective noon midnight midday recently currently days weeks months years hours "
        "decades centuries now these nowadays annually once twice hourly daily weekly monthly decade weeks "
        "valentine valentine's earth election columbus presidents' presidents martin mother's father's bastille st may "
        "labour saint minutes that ",
    )
)

# "NAIROBI, August 21 (Xinhua) --": when it was written, not what happened
_PLACE_AND_DAY = (
    rf"[A-Z][A-Z .'’-]{{2,30}}(?:, [A-Z][\w. ]{{1,25}})?,? (?i:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?"
)
_AGENCY = r"(?:\([^)]{2,30}\)|/[^/]{2,30}/)"
DATELINE = re.compile(rf"[\"“']?{_PLACE_AND_DAY}(?:,? ?{_AGENCY}? ?(?:--|—|–|-|:|_)| {_AGENCY})")
