"""The words that people tell a work day with, one vocabulary for each thing that they can mean."""

from bot.heard.answers.vocabulary import Vocabulary, all_languages
from bot.heard.lexicon import load

_LEXICON = load("answers_work_day")
_FUZZY_VERBS = 7


def _of(*names: str, fuzzy_from: int = 99) -> Vocabulary[str]:
    """The phrases of these sections, each meaning its section's name."""
    return Vocabulary(
        ((phrase, name) for name in names for phrase, _ in all_languages(_LEXICON[name])), fuzzy_from=fuzzy_from
    )


def _plain(name: str) -> frozenset[str]:
    return frozenset(_LEXICON[name]["all"])


VERBS = _of("leave", "fetched", "start", "end", "home", "out", "wake", fuzzy_from=_FUZZY_VERBS)
SIDES = _of("from", "until", "after", "before")
OUT_OF = _of("from_work", "from_home")
TO_WORK = _of("to_work")
WORK = _of("work", fuzzy_from=6)
TEXTING = _of("texting", fuzzy_from=6)
BEFORE_WORK = _of("before_work")
NOT_EARLY = _of("not_early")
EARLY_HOURS = _of("early_hours", fuzzy_from=6)
NONE_AT_ALL = _of("none_at_all")
TOO_EARLY = _of("too_early")
NO_MATTER = _of("no_matter")
OTHERS = _of("others", fuzzy_from=6)
TURN = _of("turn")
ASKING = _of("asking")
A_DAY = _of("a_day")
LENGTH = _of("length")
OFF = _of("off", fuzzy_from=6)
EVERY_DAY = _of("every_day", "no_day_off")
FREE = _of("free")
PREFER = _of("prefer", fuzzy_from=6)
TODAY = _of("today")
FROM_TODAY = _of("from_today")
NOW = _of("now")
NO_LONGER = _of("no_longer")
TEXTS_PART = _of("texts_morning", "texts_afternoon", "texts_evening", fuzzy_from=6)
CAN_READ = _of("can_read")
DAYS_ONLY = _of("days_only")
SHIFTS = _of("varies", "night_shift", "day_shift")
PLAIN_SHIFTS = _of("night", "day", "mornings", "early")

GREETINGS = frozenset(load("answers_calendar")["greeting"]["all"])
TO = _plain("to")
OR = frozenset({"o", "or", "ou", "oswa"})
AROUND = _plain("around")
AT = _plain("at")
AND = _plain("and")
NO_HOUR = _plain("no_hour")
ORDINAL = _plain("ordinal")
REFUSE = _plain("refuse")
NO_IS_IN = _plain("no_is_in")
BETWEEN = _plain("between")
NO = _plain("no")
NOR = _plain("nor")
DAYS_RANGE = _plain("days_range")
DAYS_JOIN = _plain("days_join")
OTHERS_FIRST = _plain("others_first")


def has(vocabulary: Vocabulary[str], words: list[str]) -> bool:
    """Whether any phrase of the vocabulary stands in the words."""
    return vocabulary.first(words) is not None
