"""The words by which verbs and clauses are told."""

from __future__ import annotations

import re
from functools import lru_cache

VERB_PREFIX = "(?:re|out|co|over|under|mis|de)"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BE_PRESENT = _words("am are aren't i'm is isn't it's they're we're")
BE_PAST = _words("was wasn't were weren't")
WILL = _words("gonna he'll i'll it'll shall she'll they'll we'll will won't")
WOULD = _words("it'd they'd would wouldn't")
MODAL = _words("can can't cannot could couldn't may might must ought should")
HAVE = _words("has hasn't have haven't i've they've we've")
DO = _words("do does doesn't don't")
AUXILIARIES = WILL | WOULD | MODAL | HAVE | BE_PRESENT | BE_PAST | DO | {"had", "hadn't", "did", "didn't"}
NOT = _words("n't never no not")
# may stand inside a verb group
INSIDE = _words(
    """
    again all already also be been being both either even ever first have initially just later longer never no not
    now once only soon still then to yet
    """
)
# told of a plan: "is expected to", "due on"
PLAN = _words(
    """
    anticipated believed due earmarked expected forecast hoped intended likely meant pencilled planned poised
    projected scheduled set slated supposed targeted timetabled tipped
    """
)
PLANNED_FOR = PLAN - {"set", "likely", "hoped", "believed", "meant", "targeted"}
# lead to an infinitive that is the plan: "plans to build"
INTEND = _words(
    """
    agreed agrees aim aiming aims decided expect expecting expects going hope hopes hoping intend intends looks
    opted plan planning plans pledged pledges prepares preparing promised promises proposed proposes scheduled seek
    seeks vowed vows wants
    """
)
# the same, of a plan that was
INTENDED = _words("aimed expected hoped intended meant planned sought wanted")
# make what follows not happen
FAIL = _words("declined declines fail failed fails neglected refused refuses unable")
DENY = _words("denied denies deny denying disputed disputes rejected rejects")
REFUSE = _words("rejected rejects")  # deny only what is a claim: an offer is rejected too
# report: their date is that of the saying
SAYING = _words(
    """
    acknowledged added admitted announce announced announces announcing argued claimed claims commented confirmed
    confirms declared denied denies disclosed estimated estimates explained forecast indicated insisted noted
    pledged predicted promised reiterated reported reports revealed said say saying says stated suggested told
    tweeted vowed warned warns wrote
    """
)
# past forms that do not end in -ed
PAST = _words(
    """
    arose ate beat became began bent bought broke brought built came cast caught chose cost cut dealt did died drew
    drove fell felt flew forbade foresaw forgot fought found froze gave got grew had heard held hid hit kept knew
    laid led left lent lost made meant met outsold oversaw overtook paid put quit ran rang read rode rose said sang
    sank sat saw sent set shook shot shrank shut slept slid sold spent split spoke spread stole stood struck sued
    swept swore taught thought threw told took undertook underwent upheld was went were withdrew woke won wore wrote
    """
)
PARTICIPLE = _words(
    """
    beaten become begun born broken burnt chosen come done drawn driven fallen flown forgotten frozen given gone grown
    hidden known laid overtaken risen run seen shaken shown spoken stolen sunk sworn taken thrown undertaken
    withdrawn worn written
    """
)
# third persons that are taken for verbs
PRESENT = _words(
    """
    agrees announces applies arrives becomes begin begins believes brings buys calls closes comes continues covers
    cuts debuts decides delivers dies elapses elects ends enters expects expire expires faces falls follows gets
    gives goes hits holds hosts includes joins kicks lands lapses lasts launches leaves loses makes marks matures
    means meets needs offers opens operates pays plans produces publishes quits quotes raises reaches releases
    remain remains reports resume resumes retires returns rises runs says sees sells ships shows shuts signs stands
    start starts steps takes turns unveils visits votes wants wins
    """
)
# end in -ed and are no past
NOT_PAST = _words(
    """
    advanced agreed-upon alleged based bed breed creed detailed embed estimated exceed fed feed freed greed hundred
    indeed kindred led-based limited med mixed need proceed red related sacred seed shed skilled so-called speed
    steed succeed united unmanned weed wicked
    """
)
# little words that may stand between the beginning of a clause and a date
FILLER = _words(
    """
    a about after again also an and around as at back before beginning between but by during earlier early ending
    for from however in just last late later mid next of on only over since so starting the then this through to
    until within
    """
)
# begin a clause
BREAK = _words(
    """
    after although as because before but if once since that though unless until when where whereas which while who
    whom whose
    """
)
IF = _words("assuming if otherwise provided unless whether")
# put something to another date
MOVING = _words(
    """
    brought defer deferred delay delayed delays extend extended extends move moved postpone postponed postpones
    prolonged push pushed pushes put reschedule rescheduled shift shifted shifts
    """
)
# move by themselves: "slipped from May to June"
SLIPPING = _words("advanced change changed slip slipped slips")
# fix a date for something: "called a vote for Monday"
SETTING = _words("called fixed planned scheduled set slated summoned timetabled")
# may be about what is to come, so that a weekday behind may be that of it: "announced a vote on Sunday"
PERMITTING = _words(
    """
    allowed announced approved authorised authorized backed banned barred booked cleared confirmed demanded endorsed
    ordered permitted promised proposed requested sought supported urged welcomed
    """
)
# look ahead, whatever their tense: "were bracing for Friday"
AWAITING = _words(
    "anticipated await awaited awaiting awaits brace braced braces bracing prepared prepares preparing readied waiting"
)
# leave time: "was given until Friday to answer"
GRANTING = _words("gave given gives got granted had has have")
# tell the figures of a period that is over
TELLING = _words("announce disclose earn file post publish release report reveal show unveil")
# are themselves what their object names: "signed the treaty", "won the vote", "lifted the ban"
ACTING = _words(
    """
    acquire adopt agree announce appoint approve attend award begin break broke buy call cast clinch close complete
    conduct cut declare deliver elect enact end enter execute file finish gave give grant halt hand held hike hit hold
    host impose increase issue join launch leave left lift lose lower make met meet name open order pass pay pick play
    post present price publish raise ratify reach receive reduce reject release repeal report resume said say seal
    secure sell send set ship sign stage start strike struck submit suffer suspend take took unveil win won
    """
)
# call something off
CANCELLING = _words(
    """
    abandon abandoned aborted annulled axed cancel canceled cancelled cancels rescinded revoked scrap scrapped scraps
    shelved withdrawn withdrew
    """
)
# before these "forecast", "due" and the like are nouns and adjectives
NO_PLAN_BEFORE = _words("a his its profit sales the their")
# and before these they tell of a plan: "due by", "scheduled for"
PLAN_PREPOSITION = _words("at between by for in later next on this to until")
# behind these a past form is an adjective, but for a few that never are: "the planned", "its reduced"
NOUN_BEHIND = _words("a an for her his its more of our some the their these to")
NEVER_NOUN = _words("began met said told won")
# past forms that are nouns or plain forms too: "a cut", "to set"
NOUN_TOO = _words("cast cost cut felt found hit led left lent put quit read run saw set shut split spread thought")
# adjectives behind an adverb: "privately owned"
ADJECTIVE_TOO = _words("backed based funded held listed owned run traded")
# plural forms that plan, told from nouns by the plural before them and the object behind them
PLURAL_PLAN = _words("aim expect forecast foresee hope intend plan predict project propose seek target want")
OBJECT = _words("a an another further its more no that the their to")
# plural forms that are taken for verbs behind a pronoun
PLURAL_PRESENT = _words("begin close come cover end enter expire go hold meet open resume run start take vote")

# with a prefix these are nouns: output, outset, overcast
_NOUNS_TOO = _words("cast cost cut hit led left let lent put read run set shot shut spread split struck thought")


@lru_cache(maxsize=8192)
def is_past(word: str) -> bool:
    """Whether a lower-case word is a past form that does not end in -ed, with a prefix or without: sold, outsold."""
    return word in PAST or _stem(word) in PAST - _NOUNS_TOO


@lru_cache(maxsize=8192)
def is_participle(word: str) -> bool:
    """Whether a lower-case word is a participle that does not end in -ed, with a prefix or without: taken, retaken."""
    return word in PARTICIPLE or _stem(word) in PARTICIPLE


def _stem(word: str) -> str:
    stem = re.sub(rf"^{VERB_PREFIX}", "", word)
    return stem if len(stem) > 2 else ""
