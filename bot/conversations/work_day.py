"""When the family works, in its own words: so that texts come when somebody can read them."""

from __future__ import annotations

import datetime as dt

from bot.conversations.offerings import offerings, spoken_of
from bot.conversations.told_work_day import HOURS, KnownWorkDay, Told, is_whole, merged
from bot.heard import Heard
from bot.heard import answers as read
from bot.heard.words import words
from bot.talk import Question, Talk
from bot.tasks import add_task
from bot.wording import before
from locales import _
from locales.dates import clock, clock_range, weekdays
from models.task import TaskKind
from models.workday import Pattern, WorkDay
from notifications.family_hours import BEFORE_WORK, Part, minutes, week

UNREAD = "unread"
RIGHT = {"right": True}
CHANGE = {"right": False}
ROUNDS = 3
"""How often it is read back before a person calls instead."""
STILL_BUSY = dt.timedelta(hours=6)
EXAMPLE = (dt.time(5), dt.time(18, 30))
NIGHT_EXAMPLE = (dt.time(17), dt.time(6))


def work_day(talk: Talk) -> None:
    """> salgo a las 5 y regreso a las 6 y media   < Sale: 5am. … ¿Bien?   > 1   < ¿También … antes del trabajo? …"""
    opening = talk.place.opening
    known = KnownWorkDay(talk)
    told = _told_in(opening)
    alone = len(talk.caller.places) == 1
    if alone and spoken_of(opening, offerings(talk.catalogue.open_programs)):
        _note(talk, known, told)
        talk.go_on("sign_up", opening=opening)
    elif _is_only_a_wish(told, known.told):
        _keep_wish(talk, known, told)
    elif _is_in_the_middle(talk):
        _note(talk, known, told)
        talk.say(_("Thank you, I noted your work hours."))
    else:
        _talk_it_through(talk, known, merged(known.told, told))


def _told_in(text: str) -> Told:
    told = read.work_day(text)
    return {**(told.plain() if told else {}), "words": text}


def _tells(told: Told) -> bool:
    return set(told) > {"words"}


# --- beside something else ------------------------------------------------------------------------------------------


def _is_in_the_middle(talk: Talk) -> bool:
    """Whether they are answering other questions just now, which these must not interrupt."""
    return any(place.since_asked(talk.now) < STILL_BUSY for place in talk.caller.places[:-1])


def _note(talk: Talk, known: KnownWorkDay, told: Told) -> None:
    """Keep what is told in passing. One hour alone may be misread, and nobody is asked now: then only the words."""
    if not _tells(told):
        add_task(talk, TaskKind.WORK_DAY, words=talk.place.opening)
        return
    known.keep(merged(known.told, _certain(told)))


def _certain(told: Told) -> Told:
    """Without one hour that stands alone: `salgo a las 6` may be in the morning or in the evening."""
    if sum(key in told for key in HOURS) != 1:
        return told
    return {key: value for key, value in told.items() if key not in (*HOURS, "pattern")}


def _is_only_a_wish(told: Told, known: Told) -> bool:
    """Whether it is about our texts only: `no me manden nada antes de las 6`."""
    limits = set(told) & {"not_before", "not_after"} or read.only_limits_hours(told["words"]) or is_whole(known)
    return bool(limits) and _tells(told) and set(told) <= {"before_work", "not_before", "not_after", "words"}


def _keep_wish(talk: Talk, known: KnownWorkDay, told: Told) -> None:
    known.keep(merged(known.told, told))
    if "not_before" in told:
        talk.say(_("I will not text you %(when)s.", when=before(dt.time.fromisoformat(told["not_before"]))))
    elif told.get("before_work") is False:
        talk.say(_("I will not text you early in the morning."))
    else:
        talk.say(_("Done, I noted it."))


# --- asking, reading back, keeping ----------------------------------------------------------------------------------


def _talk_it_through(talk: Talk, known: KnownWorkDay, day: Told) -> None:
    is_new = talk.caller.family_id is None
    if not is_whole(day):
        day = merged(day, _ask(talk, "hours", day, *_hours_question(day)))
    if UNREAD in day:
        _let_a_person_call(talk, known, _certain(day))
        return
    day = _read_back(talk, known, day)
    if UNREAD in day:
        _let_a_person_call(talk, known, known.told | {"words": day["words"]})
        return
    shown = known.in_full(day)
    if "before_work" not in day and _goes_out_by_day(shown):
        day["before_work"] = _is_welcome_before_work(talk, shown)
    known.keep(day | _as_shown(shown, day))
    talk.say(_("Done, I noted it."))
    if is_new and not talk.caller.places[:-1]:
        talk.go_on("menu")


def _hours_question(day: Told) -> tuple[str, str]:
    """The question for what is missing, and a plainer one."""
    leaves, home = NIGHT_EXAMPLE if day.get("pattern") == Pattern.NIGHT else EXAMPLE
    example = clock_range(leaves, home)
    ask = _("At what time do you leave for work, and when are you home? Example: %(example)s", example=example)
    if "leaves_at" in day:
        example = clock(home)
        ask = _("At what time are you home from work? Example: %(example)s", example=example)
    elif "home_at" in day:
        example = clock(leaves)
        ask = _("At what time do you leave for work? Example: %(example)s", example=example)
    return ask, _("Please write it like this: %(example)s", example=example)


def _ask(talk: Talk, key: str, day: Told, ask: str, again: str) -> Told:
    """Ask for the work day, or the hour that is missing in it; unread where it could not be read twice."""

    def understood(heard: Heard) -> Told | None:
        told = heard.answer if isinstance(heard.answer, dict) else None
        if heard.question is None and not heard.sure:
            told = _with_the_other_hour(day, heard.text, told or {}) or told
            if told is None and talk.place.misses:
                told = {UNREAD: True}
        return None if told is None else {**told, "words": heard.text}

    answer: Told = talk.answer(Question(key, "work_day", ask, again), understood=understood)
    return answer


def _with_the_other_hour(day: Told, text: str, told: Told) -> Told | None:
    """An answer read as the end of the question's sentence: "6:30", where they are asked when they are home."""
    if all(key in told for key in HOURS) or is_whole(day):
        return None
    sentence = ""
    if "leaves_at" in day:
        sentence = f"leave {day['leaves_at']} home {text}"
    elif "home_at" in day:
        sentence = f"home {day['home_at']} leave {text}"
    both = read.work_day(sentence)
    return both.plain() if both and both.leaves_at and both.home_at else None


def _read_back(talk: Talk, known: KnownWorkDay, day: Told) -> Told:
    """Read it back until it is right; unread where it does not become so."""
    for turn in range(ROUNDS):
        said = _ask_whether_right(talk, f"right {turn}", known.in_full(day), day)
        if said == RIGHT:
            return day
        if said == CHANGE:
            said = _ask_what_is_right(talk, f"change {turn}", day)
        day = merged(day, said)
        if UNREAD in day:
            return day
    return day | {UNREAD: True}


def _ask_whether_right(talk: Talk, key: str, shown: WorkDay, day: Told) -> Told:
    def understood(heard: Heard) -> Told | None:
        told = read.work_day(heard.text) if len(words(heard.text)) > 1 else None
        if told is not None and heard.question is None:
            return {**told.plain(), "words": heard.text}
        if heard.answer is False or heard.intent == "change":
            return CHANGE
        return RIGHT if heard.answer else None

    ask = " ".join([*_in_words(shown, day), _("Right? 1 Yes 2 Change")])
    answer: Told = talk.answer(Question(key, "yes_no", ask), understood=understood)
    return answer


def _ask_what_is_right(talk: Talk, key: str, day: Told) -> Told:
    leaves, home = map(clock, EXAMPLE)
    example = _("I leave at %(leaves)s, home at %(home)s, Sunday off", leaves=leaves, home=home)
    again = _("Please write it like this: %(example)s", example=example)
    return _ask(talk, key, day, _("Tell me how it is. Example: %(example)s", example=example), again)


def _let_a_person_call(talk: Talk, known: KnownWorkDay, day: Told) -> None:
    """`day`, what could be read, stays with the family; the rest is for somebody to ask."""
    known.keep(day)
    add_task(talk, TaskKind.WORK_DAY, words=day["words"])
    talk.say(_("I noted it. Someone will call you about your work hours."))


def _goes_out_by_day(shown: WorkDay) -> bool:
    """Whether there is a half hour before leaving to offer, and it is not one of their quiet hours."""
    if shown.pattern not in (Pattern.EARLY, Pattern.DAY) or shown.leaves_at is None:
        return False
    return shown.not_before is None or minutes(shown.not_before) <= minutes(shown.leaves_at) - BEFORE_WORK


def _is_welcome_before_work(talk: Talk, shown: WorkDay) -> bool:
    first = _wall(minutes(shown.leaves_at or dt.time()) - BEFORE_WORK)
    ask = _("May I also text you before work, from %(time)s?", time=clock(first))
    return talk.yes("before work", ask=ask)


def _as_shown(shown: WorkDay, day: Told) -> Told:
    """What they said is right is told, also where it was only assumed before it was read back."""
    kept: Told = {"pattern": shown.pattern.value}
    if shown.leaves_at and shown.home_at:
        kept |= {"leaves_at": shown.leaves_at.isoformat("minutes"), "home_at": shown.home_at.isoformat("minutes")}
        kept["days_off"] = sorted(shown.days_off)
    return kept | ({"days_off": day["days_off"]} if "days_off" in day else {})


# --- in words -------------------------------------------------------------------------------------------------------


def _in_words(shown: WorkDay, day: Told) -> list[str]:
    """Sale: 5am. En casa: 6:30pm. Descansa: domingo. Le escribo entre 7pm y 8:30pm."""
    said = [_("Your hours vary.")]
    if shown.leaves_at and shown.home_at:
        said = [
            _("You leave at %(leaves)s, home at %(home)s.", leaves=clock(shown.leaves_at), home=clock(shown.home_at))
        ]
    if shown.leaves_at or "days_off" in day:
        off = sorted(shown.days_off)
        said.append(_("Off: %(days)s.", days=weekdays(off)) if off else _("You work every day."))
    return [*said, _texts_in_words(shown)]


def _texts_in_words(shown: WorkDay) -> str:
    """When our texts come: on a day of work, else on a day off."""
    walls = [wall for walls in week(shown) for wall in walls if wall.part is not Part.BEFORE_WORK]
    if not walls:
        return _("No hour is good for texts: we call you.")
    usual = next((wall for wall in walls if wall.part is not Part.DAY_OFF), walls[0])
    first, last = clock(_wall(usual.begins)), clock(_wall(usual.ends))
    if usual.part is Part.DAY_OFF:
        return _("On days off I text you between %(first)s and %(last)s.", first=first, last=last)
    return _("I will text you between %(first)s and %(last)s.", first=first, last=last)


def _wall(minute: int) -> dt.time:
    return dt.time(minute // 60 % 24, minute % 60)
