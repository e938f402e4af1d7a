"""WhatsApp templates: their words kept to WhatsApp's rules, and what Twilio lists of them, read through its client."""

import contextlib
import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from locales import speaking
from models import outbox
from models.database import Database
from models.message import LANES, Purpose
from notifications.templates import (
    LONGEST,
    LONGEST_BODY,
    LONGEST_FRAME,
    VARIABLE,
    Standing,
    Wanted,
    fits_template,
    language_of,
    standings,
    store,
    wanted_templates,
)
from notifications.twilio_gateway import TwilioGateway, template_from
from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.client import TwilioApi

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
WANTED = wanted_templates()
EACH = pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.friendly_name)
APPROVED = {"name": "class", "category": "UTILITY", "status": "approved", "rejection_reason": ""}


# The words


def test_there_is_one_for_each_purpose_of_the_outbox_in_each_language() -> None:
    assert len(WANTED) == 3 * len(LANES) == len({wanted.friendly_name for wanted in WANTED})
    assert {(wanted.language, wanted.twilio_language) for wanted in WANTED} == {
        ("en", "en"),
        ("es", "es"),
        ("pt", "pt_BR"),
    }


def test_they_are_the_same_whoever_is_spoken_to() -> None:
    with speaking("ht"):
        assert wanted_templates() == WANTED


@EACH
def test_the_words_keep_to_whatsapps_rules(wanted: Wanted) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,512}", wanted.friendly_name)
    assert len(f"{wanted.purpose}") <= 20
    opening, closing = wanted.body.split(VARIABLE)
    assert opening.strip()
    assert closing.strip()
    assert "{" not in opening + closing
    assert len(opening.split()) + len(closing.split()) >= 3 * 1 + 1  # fewer words than that to a variable are rejected
    assert len(opening + closing) <= LONGEST_FRAME
    assert not re.search(r"[\n\t]| {4}", wanted.sample)
    assert fits_template(wanted.sample)


@EACH
def test_the_longest_message_that_may_go_by_it_fits(wanted: Wanted) -> None:
    assert fits_template("x" * LONGEST_BODY)
    assert len(wanted.body.replace(VARIABLE, "x" * LONGEST_BODY)) <= LONGEST
    assert not fits_template("x" * (LONGEST_BODY + 1))
    assert not fits_template("😀" * (LONGEST_BODY // 2 + 1))


@EACH
def test_they_say_who_writes_and_how_to_stop(wanted: Wanted) -> None:
    line, stop = {
        "en": ("school family line", "STOP = "),
        "es": ("línea de familias de la escuela", "ALTO = "),
        "pt": ("linha das famílias da escola", "PARAR = "),
    }[wanted.language]
    assert line in wanted.body.splitlines()[0]
    assert stop in wanted.body.splitlines()[-1]


@pytest.mark.parametrize(
    ("twilio_language", "ours"),
    [
        *[(code, "es") for code in ("es", "es_MX", "es_US", "es_AR", "es_ES")],
        *[(code, "en") for code in ("en", "en_US", "en_GB")],
        *[("pt_BR", "pt"), ("pt_PT", None), ("pt", None), ("ht", None), ("fr", None), ("", None), ("est", None)],
    ],
)
def test_the_languages_of_twilio(twilio_language: str, ours: str | None) -> None:
    assert language_of(twilio_language) == ours


# What Twilio lists


def content(name: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A content as Twilio lists it, approved, with `approval` changed and whatever else."""
    approval = APPROVED | changes.pop("approval", {})
    return {
        "sid": f"HX{number:032x}",
        "friendly_name": name,
        "language": {"en": "en", "es": "es", "pt": "pt_BR"}.get(name.split("_")[2], "es"),
        "variables": {"1": "mañana a las 6pm"},
        "types": {"twilio/text": {"body": "Hola.\n{{1}}\nALTO = no más mensajes."}},
        "approval_requests": approval,
    } | changes


def fetched(api: TwilioApi, database: Database, *contents: dict[str, Any], at: dt.datetime = NOW) -> list[str]:
    """Let Twilio know these contents and no others, ask it, and note what it says."""
    api.know_contents(contents)
    gateway = TwilioGateway(
        account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, callback=lambda _id: "https://x", api_url=api.url
    )
    with contextlib.closing(gateway), database.begin() as session:
        return store(session, gateway.fetch_templates(), at)


def standing(database: Database, purpose: str = "reminder", language: str = "es") -> Standing:
    with database.reading() as session:
        [found] = [
            each
            for each in standings(session)
            if (each.wanted.purpose.value, each.wanted.language) == (purpose, language)
        ]
    return found


def sid_to_send_by(database: Database, purpose: str = "reminder", language: str = "es") -> str | None:
    with database.reading() as session:
        return outbox.approved_template(session.connection(), purpose, language)


def test_all_are_missing_at_first(database: Database) -> None:
    with database.reading() as session:
        found = standings(session)
    assert {each.state for each in found} == {"missing"}
    assert [each.wanted for each in found] == WANTED


def test_an_approved_one_is_sent_by(api: TwilioApi, database: Database) -> None:
    assert fetched(api, database, content("lucero_reminder_es"), content("lucero_offer_pt", 2)) == []
    assert sid_to_send_by(database) == content("lucero_reminder_es")["sid"]
    assert sid_to_send_by(database, "offer", "pt") == content("lucero_offer_pt", 2)["sid"]
    assert sid_to_send_by(database, "offer", "es") is None
    assert standing(database).checked_at == NOW
    assert standing(database).reason is None


@pytest.mark.parametrize("state", "unsubmitted received pending rejected paused disabled".split())
def test_what_is_not_approved_is_told_and_not_sent_by(api: TwilioApi, database: Database, state: str) -> None:
    reason = "It is too plain." if state == "rejected" else ""
    fetched(api, database, content("lucero_reminder_es", approval={"status": state, "rejection_reason": reason}))
    assert (standing(database).state, standing(database).reason) == (state, reason or None)
    assert sid_to_send_by(database) is None


def test_one_never_submitted(api: TwilioApi, database: Database) -> None:
    fetched(api, database, content("lucero_reminder_es", approval_requests=None))
    assert standing(database).state == "unsubmitted"


def test_what_whatsapp_counts_as_marketing_is_not_sent_by(api: TwilioApi, database: Database) -> None:
    fetched(api, database, content("lucero_reminder_es", approval={"category": "MARKETING"}))
    assert standing(database).state == "marketing"
    assert sid_to_send_by(database) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"language": "pt_BR"}, "Its language at Twilio is pt_BR; it should be es."),
        ({"variables": {}}, "It should have one variable, {{1}}, with a sample; it has none."),
        (
            {"variables": {"1": "Ana", "2": "lunes"}},
            "It should have one variable, {{1}}, with a sample; it has {{1}}, {{2}}.",
        ),
        ({"variables": {"body": "Ana"}}, "It should have one variable, {{1}}, with a sample; it has {{body}}."),
    ],
)
def test_one_made_wrongly_is_not_sent_by(
    api: TwilioApi, database: Database, changes: dict[str, Any], reason: str
) -> None:
    fetched(api, database, content("lucero_reminder_es", **changes))
    assert (standing(database).state, standing(database).reason) == ("unusable", reason)
    assert sid_to_send_by(database) is None


def test_a_new_state_replaces_the_old(api: TwilioApi, database: Database) -> None:
    fetched(api, database, content("lucero_reminder_es"), content("lucero_urgent_en", 2))
    fetched(api, database, content("lucero_reminder_es", approval={"status": "paused"}), at=LATER)
    assert (standing(database).state, standing(database).checked_at) == ("paused", LATER)
    assert standing(database, "urgent", "en").state == "missing"
    assert sid_to_send_by(database, "urgent", "en") is None
    fetched(api, database)
    assert standing(database).state == "missing"


def test_of_several_versions_the_best_counts(api: TwilioApi, database: Database) -> None:
    approved = content("lucero_reminder_es", 3)
    rejected = content("lucero_reminder_es_2", 1, approval={"status": "rejected"})
    waiting = content("lucero_reminder_es_v3", 2, approval={"status": "pending"})
    fetched(api, database, rejected)
    assert standing(database).state == "rejected"
    fetched(api, database, rejected, waiting)
    assert standing(database).state == "pending"
    fetched(api, database, approved, rejected, waiting)
    assert sid_to_send_by(database) == approved["sid"]
    newer = content("Lucero_Reminder_es_10 ", 2)
    fetched(api, database, approved, rejected, newer)
    assert sid_to_send_by(database) == newer["sid"]


def test_a_state_that_is_new_to_us_is_told_as_it_is(api: TwilioApi, database: Database) -> None:
    long = "held_for_a_reason_that_is_told_at_length"
    fetched(api, database, content("lucero_reminder_es", approval={"status": long, "rejection_reason": "x" * 999}))
    assert standing(database).state == long[:20]
    assert sid_to_send_by(database) is None


def test_names_like_ours_are_told_and_others_left_alone(api: TwilioApi, database: Database) -> None:
    others = [content("lucero_remainder_es", 1), content("order_update_es", 2), content("lucero_reminder_ht", 3)]
    assert fetched(api, database, *others) == ["lucero_remainder_es", "lucero_reminder_ht"]
    assert sid_to_send_by(database) is None


def test_a_hundred_and_fifty_others_do_not_hide_ours(api: TwilioApi, database: Database) -> None:
    others = [content(f"order_update_{number}", number) for number in range(2, 152)]
    fetched(api, database, *others, content("lucero_reminder_es"))
    assert standing(database).state == "approved"


def test_every_purpose_has_a_template_name_that_delivery_asks_for(api: TwilioApi, database: Database) -> None:
    fetched(api, database, *(content(each.friendly_name, number) for number, each in enumerate(WANTED)))
    assert all(sid_to_send_by(database, purpose, language) for purpose in LANES for language in ("en", "es", "pt"))
    assert sid_to_send_by(database, Purpose.REMINDER, "ht") is None


def test_several_may_note_at_once(database: Database) -> None:
    listed = [template_from(SimpleNamespace(**content(each.friendly_name, n))) for n, each in enumerate(WANTED)]

    def note(number: int) -> list[str]:
        with database.begin() as session:
            return store(session, listed[number % 3 :: 1 + number % 2], NOW)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(note, range(40))) == [[]] * 40
    with database.begin() as session:
        store(session, listed, NOW)
    assert all(sid_to_send_by(database, purpose, language) for purpose in LANES for language in ("en", "es", "pt"))
