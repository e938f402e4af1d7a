"""The three registration questions, asked of every family, refused without a reason, never a decision."""

from __future__ import annotations

from typing import Any

from bot.contacts import recruiter
from bot.conversations.call_back import ask_when_to_call
from bot.conversations.interpreter import OTHER, language_choices
from bot.heard import Heard
from bot.heard.mentions import strength
from bot.heard.moved import moved_for_work
from bot.talk import Choice, Question, Talk, as_options, numbered
from bot.tasks import add_task
from bot.welcome import likely_organization_id
from bot.wording import times_in_words
from locales import _
from locales.dates import listing
from locales.languages import language_name
from models.phone_number import spoken
from models.task import FollowUp, Screening, TaskKind

FOLLOW_UP = {"yes": FollowUp.LIKELY, "unsure": FollowUp.UNSURE, "no": FollowUp.NO}
LANGUAGES_OFFERED = ["es", "quc", "pt", "en"]


def screener(talk: Talk) -> None:
    """> HOLA   < … 3 preguntas cortas. … ¿Empezamos?   > 1   < En los últimos 3 años, ¿se mudó su familia …?"""
    talk.subject = None
    start = talk.yes(
        "start",
        ask=_("All families get 3 short questions. You can say NO to all of them. Shall we start?"),
        again=_("Shall we start?"),
    )
    if not start:
        talk.say(_("That's fine. You can use this line for everything else."))
        talk.go_on("menu")
        return
    moved = _moved(talk)
    if moved == "no":
        _close(talk, FollowUp.NO, [], [], [])
        talk.say(_("Thank you. You can use this line for classes, events and reminders."))
        talk.go_on("menu")
        return
    work = _work(talk)
    when = ask_when_to_call(
        talk,
        about=_("A person from the program can call you to see if there is free help."),
        ask=_("May they call?"),
        may_refuse=True,
    )
    if when:
        talk.acknowledge("when", _told(talk, when))
    languages = _languages(talk) if when else []
    _close(talk, FOLLOW_UP[moved], work, when, languages)
    talk.say(_("Thank you. You can keep using this line for classes, events and reminders."))


def _moved(talk: Talk) -> str:
    """Yes, no or not sure; free words only where they are clear. The words are kept for the recruiter."""
    choices = [Choice("yes", _("Yes")), Choice("no", _("No")), Choice("unsure", _("Not sure"))]
    ask = _(
        "In the last 3 years, did your child or family move to another town to work in farming, fishing or "
        "food packing?"
    )

    def understood(heard: Heard) -> str | None:
        chosen = choices[heard.answer - 1].key if isinstance(heard.answer, int) else None
        told = moved_for_work(heard.text) or chosen
        if told is not None and len(heard.text.split()) > 2:
            talk.place.about["words"] = heard.text[:300]
        return told

    question = Question("moved", "choice", f"{ask} {numbered(choices)}", None, ("yes", "no", "unsure"))
    answer: str = talk.answer(question, options=as_options(choices), understood=understood)
    noted = {"yes": _("Thank you, I note it as Yes."), "unsure": _("That's fine. A person can find out with you.")}
    talk.acknowledge("moved", noted.get(answer, ""))
    return answer


def _work(talk: Talk) -> list[str]:
    choices = [
        Choice("fields", _("Fields/harvest"), FIELDS),
        Choice("packing", _("Packing/processing"), PACKING),
        Choice("fish", _("Fish/seafood"), FISH),
        Choice("dairy", _("Dairy/animals"), DAIRY),
        Choice("nursery", _("Nursery/trees"), NURSERY),
        Choice("other", _("Other")),
    ]
    work = talk.choose_some("work", choices, ask=_("What work was it?"))
    names = {choice.key: choice.label for choice in choices}
    talk.acknowledge("work", f"{names[work[0]]}." if len(work) == 1 else "")
    return work


FIELDS = ("campo", "cosecha", "fields", "harvest", "farm", "lavoura", "colheita", "jaden", "rekot", "fresa", "tabaco")
PACKING = ("empacadora", "empaca", "packing", "fabrica", "faktori", "anbalaj", "embalagem")
FISH = ("pescado", "mariscos", "fish", "peixe", "pwason", "seafood", "scallops")
DAIRY = ("lecheria", "vacas", "dairy", "cows", "leite", "vacas", "bef", "let", "pollos", "chickens")
NURSERY = ("vivero", "arboles", "nursery", "trees", "viveiro", "arvores", "pepinye", "pyebwa", "pinos")


def _languages(talk: Talk) -> list[str]:
    """The language for the call first; others they name are spoken at home too: "español pero mi suegra k'iche"."""
    choices = language_choices(list(dict.fromkeys([talk.caller.language or "es", *LANGUAGES_OFFERED])))

    def understood(heard: Heard) -> list[str] | None:
        answer = heard.answer
        picked: list[int] = answer if isinstance(answer, list) else [answer] if isinstance(answer, int) else []
        first = [choices[number - 1].key for number in picked]
        named = [choice.key for choice in choices if strength(heard.text, (choice.label, *choice.also))]
        return list(dict.fromkeys([*first, *named])) or None

    ask = _("In which language?") + " " + numbered(choices)
    offered = tuple(choice.key for choice in choices)
    question = Question("language", "choice", ask, None, offered)
    languages: list[str] = talk.answer(question, options=as_options(choices), understood=understood)
    if len(languages) > 1 and "language" in talk.just_answered:
        names = listing([language_name(code) for code in languages[1:] if code != OTHER])
        talk.say(_("Noted: %(language)s; at home also %(others)s.", language=language_name(languages[0]), others=names))
    return languages


def _close(talk: Talk, followup: FollowUp, work: list[str], when: list[dict[str, Any]], languages: list[str]) -> None:
    """Keep the answers for the recruiter, who alone finds out what they mean."""
    where = likely_organization_id(talk.caller, talk.catalogue)
    contact = recruiter(talk.catalogue, where)
    words = str(talk.place.about.get("words", ""))
    task = None
    if when:
        spoken_there = next(iter(languages), talk.caller.language)
        task = add_task(talk, TaskKind.FOLLOW_UP, contact=contact, when=when, words=words)
        task.language = spoken_there if spoken_there != OTHER else None
        talk.writing.session.flush()
    row = Screening(
        phone_id=talk.caller.phone_id,
        family_id=talk.caller.family_id,
        organization_id=where,
        task_id=task.id if task else None,
        followup=followup,
        work=work,
        words=words,
        language=talk.caller.language,
        home_languages=[code for code in languages if code != OTHER],
        created_at=talk.now,
    )
    talk.writing.session.add(row)


def _told(talk: Talk, when: list[dict[str, Any]]) -> str:
    """Listo: le llaman después de las 6pm, esta semana, del (508) 555-0143."""
    times = times_in_words(when)
    contact = recruiter(talk.catalogue, likely_organization_id(talk.caller, talk.catalogue))
    if contact is None:
        return _("Done: they call you %(when)s, this week.", when=times)
    return _("Done: they call you %(when)s, this week, from %(phone)s.", when=times, phone=spoken(contact.phone))
