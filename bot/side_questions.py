"""Questions in the middle of something else: answered from what staff wrote about the program, or from its fields."""

from __future__ import annotations

from collections.abc import Callable

from bot.caller import Caller
from bot.conversations.offerings import Offering, offerings, spoken_of
from bot.heard import hear
from bot.talk import Talk
from bot.welcome import likely_district
from locales import _
from locales.dates import clock_range, listing, short_day, weekday_and_day, weekdays
from locales.languages import language_name
from models.catalogue import Catalogue
from models.program import Program
from notifications.program_words import in_words, on_the_clock


def answer_pending(talk: Talk) -> bool:
    """Answer the side question that came with the text, if there is one and we know the answer. Tells whether."""
    topic, talk.asked = talk.asked, None
    answer = _answer(topic, talk) if topic else ""
    talk.say(answer)
    return bool(answer)


def asks_of_a_program(talk: Talk) -> bool:
    """Whether the text that just ended a conversation also asks about a program: another request in one message.

    A bare answer asks nothing, though a program may be called by its words: "Saturday".
    """
    if not talk.taken or talk.place.conversation in {"sign_up", "my_sign_ups", "not_coming", "offer", "screener"}:
        return False
    asks = talk.asked is not None or hear(talk.taken, today=talk.now.date()).intent == "sign_up"
    return asks and names_program(talk.taken, talk.caller, talk.catalogue)


def names_program(text: str, caller: Caller, catalogue: Catalogue) -> bool:
    """Whether a text names a program of the family's own district; of any, where we do not know it."""
    district = likely_district(caller, catalogue)
    everything = offerings(catalogue.open_programs)
    near = [one for one in everything if district is not None and one.first.organization_id == district.id]
    return bool(spoken_of(text, near or everything))


def names_another_program(talk: Talk, text: str) -> bool:
    """Whether a text names a program, and not the one that the conversation is about."""
    named = {program.id for offering in spoken_of(text, _everything(talk)) for program in offering.programs}
    return bool(named) and (talk.subject is None or talk.subject.id not in named)


def _everything(talk: Talk) -> list[Offering]:
    return offerings(talk.catalogue.open_programs)


def _answer(topic: str, talk: Talk) -> str:
    general = GENERAL.get(topic)
    program = talk.subject
    if program is None:
        return general() if general else ""
    written = program.words.get(topic)
    if written:
        return in_words(written)
    about = ABOUT_A_PROGRAM.get(topic)
    return (about(program) if about else "") or (general() if general else "")


def _time(program: Program) -> str:
    """Lunes a viernes, 6 jul a 13 ago, 6:30am a 5:30pm. El bus pasa desde 5:50am."""
    if program.starts_on == program.ends_on:
        days = weekday_and_day(program.starts_on)
    else:
        dates = _("%(first)s to %(last)s", first=short_day(program.starts_on), last=short_day(program.ends_on))
        days = ", ".join(filter(None, [weekdays(program.weekdays), dates]))
    hours = clock_range(program.begins, program.ends) if program.begins and program.ends else ""
    said = ", ".join(filter(None, [days, hours])) + "."
    said = said[:1].upper() + said[1:]
    first = min((stop.pick_up for stop in program.stops if stop.pick_up), default=None)
    free = _("Free, with meals.") if program.meals else _("It is free.")
    bus = _("The bus starts at %(time)s.", time=on_the_clock(first)) if first else ""
    if first and len(program.stops) == 1:
        bus = _("Bus %(stop)s.", stop=on_the_clock(first))
    return " ".join(filter(None, [said, free, bus]))


def _place(program: Program) -> str:
    return _("It is at %(place)s.", place=program.place) if program.place else ""


def _cost(program: Program) -> str:
    return _("It is free, with meals.") if program.meals else _("It is free.")


def _papers(program: Program) -> str:
    """Said only where staff have confirmed it; else we ask for the family."""
    if "no_papers" in program.promises and "no_insurance" in program.promises:
        return _("No papers, no ID and no insurance needed. Free.")
    if "no_papers" in program.promises:
        return _("No papers needed.")
    return _("We never ask about papers. To ask what to bring, write PERSON.")


def _bus(program: Program) -> str:
    stops = [f"{stop.name} {on_the_clock(stop.pick_up)}" if stop.pick_up else stop.name for stop in program.stops]
    if not stops:
        return _("There is a free ride.") if "ride" in program.asks else _("There is no bus for this one.")
    return _("The bus is free and has a grown-up on it. Stops: %(stops)s.", stops=listing(stops))


def _food(program: Program) -> str:
    meals = {
        "breakfast": _("breakfast"),
        "lunch": _("lunch"),
        "snack": _("snack"),
        "dinner": _("dinner"),
    }
    given = [meals[meal] for meal in program.meals if meal in meals]
    return _("They get %(meals)s, free.", meals=listing(given)) if given else _("There is no meal.")


def _age(program: Program) -> str:
    if not program.rooms:
        return _("It is for the whole family.")
    youngest = min(room.youngest for room in program.rooms)
    oldest = max(room.oldest for room in program.rooms)
    if oldest >= 99:
        return _("All ages can come.")
    return _("It is for ages %(youngest)s to %(oldest)s.", youngest=youngest, oldest=oldest)


def _interpreter(program: Program) -> str:
    known = listing([language_name(code) for code in program.languages])
    return _("People there speak %(languages)s.", languages=known) if known else ""


def _others_welcome(program: Program) -> str:
    return _("Yes, anyone can come.") if "anyone" in program.promises else _("To ask if others can come, write PERSON.")


def _what(program: Program) -> str:
    return in_words(program.words.get("what", {})) or in_words(program.title)


def _who() -> str:
    return _("This is the school. We do not ask for or keep country, papers or social security.")


def _eligible() -> str:
    return _("I do not decide that. A person from the program decides when they talk with you.")


def _free() -> str:
    return _("All programs here are free.")


def _our_languages() -> str:
    return _("We write in English, Spanish, Portuguese and Creole. In other languages, a person calls you.")


def _no_papers() -> str:
    return _("We never ask about papers.")


ABOUT_A_PROGRAM: dict[str, Callable[[Program], str]] = {
    "time": _time,
    "place": _place,
    "cost": _cost,
    "papers": _papers,
    "bus": _bus,
    "food": _food,
    "age": _age,
    "interpreter": _interpreter,
    "others_welcome": _others_welcome,
    "what": _what,
}
GENERAL: dict[str, Callable[[], str]] = {
    "who": _who,
    "eligible": _eligible,
    "cost": _free,
    "papers": _no_papers,
    "interpreter": _our_languages,
}
