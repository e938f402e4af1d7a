"""What holds when the server was down, texts wait, things break, families are silent, and two clocks run."""

import concurrent.futures
import contextlib
import datetime as dt
import json
import multiprocessing
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from models.agenda import AgendaItem, ItemKind
from models.database import open_database
from models.family import Consent, Family, Phone
from models.message import Message, MessageState, Purpose
from models.program import Program
from notifications.agenda.due import Agenda
from notifications.delivery import Delivery
from notifications.outbox import Notice, put
from notifications.simulated_gateway import SimulatedGateway
from tests.notifications.agenda.season import SPRING, Season
from tests.notifications.family_days import moment

SATURDAY = "2027-07-10"
EVENING_BEFORE = moment("2027-07-09T18:30")
NOON = moment(f"{SATURDAY}T12:00")
A_MINUTE = dt.timedelta(minutes=1)
AN_HOUR = dt.timedelta(hours=1)


def one_family_at_a_fair(season: Season, begins: str = "21:00", **told: Any) -> int:
    """Signed up for an event on Saturday; returns the family's id."""
    family = season.family("05:00", "18:00", children=["Ana"], **told)
    season.sign_up(family, season.program("FAIR", SATURDAY, begins), "Ana")
    season.tick(SPRING)
    return family


# --- the server was down --------------------------------------------------------------------------------------------


def test_after_an_outage_it_is_told_late_in_other_words(season: Season) -> None:
    one_family_at_a_fair(season)
    season.play(NOON, moment("2027-07-10T20:50"))
    assert season.told() == ["Sat 07-10 18:30 Tonight, Sat Jul 10, 9pm: Ana, Fair. OK or CHANGE?"]
    assert season.tasks() == []


def test_what_is_of_no_use_any_more_is_dropped_and_somebody_calls_once(season: Season) -> None:
    one_family_at_a_fair(season, "10:00")
    late = moment("2027-07-10T06:00")
    season.play(late, moment("2027-07-12T12:00"))
    assert season.told() == []
    [(kind, reason)] = season.tasks()
    assert kind == "not_reminded"
    assert reason == (
        "No time is left in which they can read it before Sat Jul 10, 10:00; the last was until Fri Jul 09, 20:00."
    )
    [item] = season.items(ItemKind.REMINDER)
    assert (item.state, item.reason) == ("dropped", reason)


# --- what waits in the outbox ---------------------------------------------------------------------------------------


def test_a_text_that_waits_too_long_is_put_in_other_words_and_sent_once(season: Season) -> None:
    one_family_at_a_fair(season)
    season.look(EVENING_BEFORE)
    [waiting] = season.messages()
    assert waiting.body.startswith("Tomorrow, ")
    season.look(moment("2027-07-10T08:00"))
    season.play(moment("2027-07-10T08:01"), moment("2027-07-10T20:59"))
    assert season.told() == ["Sat 07-10 18:30 Tonight, Sat Jul 10, 9pm: Ana, Fair. OK or CHANGE?"]
    assert [one.state for one in season.messages()] == ["expired", "sent"]


def test_delivery_that_comes_first_sends_nothing_that_is_not_true_any_more(season: Season) -> None:
    one_family_at_a_fair(season)
    season.look(EVENING_BEFORE)
    season.deliver(moment("2027-07-10T08:00"))
    assert season.told() == []
    season.play(moment("2027-07-10T08:01"), moment("2027-07-10T20:59"))
    assert [line[:23] for line in season.told()] == ["Sat 07-10 18:30 Tonight"]


def test_what_was_delivered_in_between_is_not_told_again(season: Season) -> None:
    one_family_at_a_fair(season)
    season.look(EVENING_BEFORE)
    season.deliver(EVENING_BEFORE + A_MINUTE)
    season.play(moment("2027-07-10T08:00"), moment("2027-07-10T20:59"))
    assert [line[:24] for line in season.told()] == ["Fri 07-09 18:31 Tomorrow"]


@pytest.mark.parametrize("attempt", range(8))
def test_a_claim_at_the_same_instant_sends_one_text(attempt: int, postgresql_url: str) -> None:
    """Delivery takes the text at the moment at which the clock wants to put it in other words."""
    with contextlib.closing(open_database(postgresql_url)) as database:
        season = Season(database)
        one_family_at_a_fair(season)
        season.look(EVENING_BEFORE)
        [waiting] = season.messages()
        assert waiting.expires_at is not None
        with concurrent.futures.ThreadPoolExecutor() as pool:
            sending = Delivery(database, SimulatedGateway(), threads=1)
            just_in_time = waiting.expires_at - dt.timedelta.resolution
            runs = [
                pool.submit(sending.run, just_in_time),
                pool.submit(season.agenda.do_what_is_due, waiting.expires_at),
            ]
            for run in runs[:: 1 if attempt % 2 else -1]:
                run.result()
        season.play(moment("2027-07-10T08:00"), moment("2027-07-10T20:59"))
        sent = [one.state for one in season.messages() if one.state != "expired"]
        assert sent == ["sent"]
        assert [len(season.arrived()), season.tasks()] == [1, []]


@pytest.mark.parametrize("state", ["failed", "undelivered", "refused", "withheld"])
def test_a_text_that_did_not_arrive_is_a_call(on_sqlite: Season, state: str) -> None:
    season = on_sqlite
    one_family_at_a_fair(season)
    season.tick(EVENING_BEFORE)
    with season.database.begin() as session:
        session.execute(sa.update(Message).values(state=state, reason="Nobody has this number."))
    season.play(EVENING_BEFORE + A_MINUTE, moment("2027-07-12T12:00"))
    assert season.tasks() == [("not_reminded", "Nobody has this number.")]


def test_a_text_that_did_not_arrive_goes_to_the_other_phone_while_it_helps(on_sqlite: Season) -> None:
    season = on_sqlite
    family = one_family_at_a_fair(season, numbers=2)
    season.tick(EVENING_BEFORE)
    with season.database.begin() as session:
        session.execute(sa.update(Message).values(state=MessageState.UNDELIVERED))
        dead = session.get_one(Family, family).phones[0]
        dead.unreachable = "dead"
    season.play(EVENING_BEFORE + A_MINUTE, moment("2027-07-10T20:59"))
    assert [line[:23] for line in season.told()] == ["Fri 07-09 18:30 Tomorro", "Sat 07-10 18:30 Tonight"]
    assert season.tasks() == []


# --- silence --------------------------------------------------------------------------------------------------------


def weekly(season: Season, **told: Any) -> int:
    """A family with a class each Saturday in July; returns its id."""
    family = season.family("05:00", "18:00", children=["Ana"], numbers=2, **told)
    art = season.program("ART", "2027-07-03", ends_on=dt.date(2027, 7, 31), weekdays=[5])
    season.sign_up(family, art, "Ana")
    return family


def test_two_silent_reminders_in_a_row_are_one_call_and_two_more_another(season: Season) -> None:
    weekly(season)
    season.play(SPRING, moment("2027-07-03T12:00"))
    assert season.tasks() == []
    season.play(moment("2027-07-04T12:00"), moment("2027-07-10T12:00"))
    assert season.tasks() == [("silent", "")]
    season.play(moment("2027-07-11T12:00"), moment("2027-07-17T12:00"))
    assert season.tasks() == [("silent", "")]


@pytest.mark.parametrize("phone", [0, 1])
def test_an_answer_in_between_counts_from_either_phone(season: Season, phone: int) -> None:
    family = weekly(season)
    season.play(SPRING, moment("2027-07-09T19:00"))
    season.texts_in(family, "OK", moment("2026-11-22T12:00"), phone=phone)  # in the real now, as the clock is played
    season.play(moment("2027-07-09T19:01"), moment("2027-07-17T12:00"))
    assert season.tasks() == []
    season.play(moment("2027-07-17T12:01"), moment("2027-07-24T12:00"))
    assert season.tasks() == [("silent", "")]


# --- not too many ---------------------------------------------------------------------------------------------------


def test_the_fourth_in_a_week_is_a_call_and_not_a_text(season: Season) -> None:
    family = season.family("05:00", "18:00", children=["Ana"])
    for day in (6, 7, 8, 9, 14):
        season.sign_up(family, season.program(f"DAY-{day}", f"2027-07-{day:02}"), "Ana")
    season.play(SPRING, moment("2027-07-15T12:00"))
    assert [line[:9] for line in season.told()] == ["Mon 07-05", "Tue 07-06", "Wed 07-07", "Tue 07-13"]
    calls = [words for kind, words in season.tasks() if kind == "not_reminded"]
    assert calls == ["The family has had 3 texts in seven days."]


# --- what breaks ----------------------------------------------------------------------------------------------------


def test_what_breaks_stops_no_other_and_is_tried_again(season: Season) -> None:
    broken, well = (season.family("05:00", "18:00", children=[name]) for name in ("Secreta", "Ana"))
    program = season.program("FAIR", SATURDAY, tells=["reminder"])
    for family, child in ((broken, "Secreta"), (well, "Ana")):
        season.sign_up(family, program, child)
    season.tick(SPRING)
    with season.database.begin() as session:
        session.execute(sa.text("UPDATE work_days SET zone = 'Nowhere/Secreta' WHERE family_id = :id"), {"id": broken})
    with capture_logs() as logs:
        counts = season.agenda.do_what_is_due(EVENING_BEFORE)
    season.deliver(EVENING_BEFORE)
    assert len(season.told(well)) == 1
    assert counts["broken"] == 1
    [logged] = [each for each in logs if each["log_level"] == "error"]
    assert set(logged) <= {"event", "log_level", "item", "kind", "exc_info"}
    [item] = [one for one in season.items(ItemKind.REMINDER) if one.family_id == broken]
    assert item.look_at == EVENING_BEFORE + AN_HOUR
    assert season.tasks() == [("broken_promise", "reminder")]
    with season.database.begin() as session:
        session.execute(sa.text("UPDATE work_days SET zone = NULL WHERE family_id = :id"), {"id": broken})
    season.play(EVENING_BEFORE + A_MINUTE, NOON)
    assert [line[:15] for line in season.told(broken)] == ["Fri 07-09 19:30"]


def test_a_program_that_cannot_be_planned_stops_no_other(season: Season) -> None:
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, season.program("BAD", SATURDAY, zone="Nowhere/At-all"), "Ana")
    season.sign_up(family, season.program("FAIR", SATURDAY), "Ana")
    counts = season.agenda.do_what_is_due(SPRING)
    assert counts["broken"] >= 1
    assert season.agenda.do_what_is_due(SPRING) == {}
    season.play(SPRING, NOON)
    assert len(season.told()) == 1


def test_a_tick_with_nothing_due_writes_nothing(season: Season) -> None:
    one_family_at_a_fair(season)
    statements: list[str] = []
    engine = season.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cu, statement, *_: statements.append(statement))
    assert season.agenda.do_what_is_due(SPRING + AN_HOUR) == {}
    assert len(statements) == 4
    assert all(one.lstrip().startswith("SELECT") for one in statements)
    assert not any("FOR UPDATE" in one for one in statements)


# --- two clocks -----------------------------------------------------------------------------------------------------

MANY = 30


def many_families(season: Season) -> None:
    fair = season.program("FAIR", SATURDAY, tells=["announce", "reminder", "before_work"])
    for number in range(MANY):
        family = season.family("05:00", "18:00", children=[f"Child {number}"])
        season.sign_up(family, fair, f"Child {number}")


def test_two_clocks_in_two_threads_tell_everything_once(season: Season) -> None:
    many_families(season)
    clocks = [Agenda(season.database) for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for now in (SPRING, EVENING_BEFORE):
            runs = [pool.submit(clock.do_what_is_due, now) for clock in clocks for _ in range(2)]
            assert sum(run.result()["broken"] for run in runs) == 0
    everything_was_told_once(season)


def test_two_clocks_in_two_processes_tell_everything_once(database_url: str) -> None:
    with contextlib.closing(open_database(database_url)) as database:
        season = Season(database)
        many_families(season)
        forked = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=forked) as pool:
            for now in (SPRING, EVENING_BEFORE):
                runs = [pool.submit(tick_in_its_own_process, database_url, now.isoformat()) for _ in range(4)]
                assert all("broken" not in json.loads(run.result()) for run in runs)
        everything_was_told_once(season)


def tick_in_its_own_process(database_url: str, now: str) -> str:
    with contextlib.closing(open_database(database_url)) as database:
        return json.dumps(Agenda(database).do_what_is_due(dt.datetime.fromisoformat(now)))


def everything_was_told_once(season: Season) -> None:
    season.look(EVENING_BEFORE)  # what another clock was at when this one came
    with season.database.reading() as session:
        by_phone = session.execute(sa.select(Message.phone_id, sa.func.count()).group_by(Message.phone_id)).all()
        open_ones = session.scalar(sa.select(sa.func.count()).where(AgendaItem.look_at <= EVENING_BEFORE))
    assert [count for _phone, count in by_phone] == [1] * MANY
    assert open_ones == 0


# --- what else counts -----------------------------------------------------------------------------------------------


def test_what_staff_sent_counts_among_the_three_of_a_week(on_sqlite: Season) -> None:
    season = on_sqlite
    family = one_family_at_a_fair(season)
    with season.database.begin() as session:
        phone = session.scalars(sa.select(Phone).where(Phone.family_id == family)).one()
        for _ in range(3):
            put(session, phone, Notice(Purpose.BROADCAST, "Hi", "en"), moment("2027-07-08T18:30"))
    season.play(moment("2027-07-08T18:30"), NOON)
    assert [words for _kind, words in season.tasks()] == ["The family has had 3 texts in seven days."]


def test_who_never_agreed_is_not_texted(on_sqlite: Season) -> None:
    season = on_sqlite
    one_family_at_a_fair(season)
    with season.database.begin() as session:
        session.execute(sa.delete(Consent))
    season.play(SPRING, moment("2027-07-10T20:59"))
    assert season.told() == []
    assert [kind for kind, _words in season.tasks()] == ["not_reminded"]


def test_a_program_whose_plan_says_so_tells_nothing(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    program = season.program("FAIR", SATURDAY, tells=[])
    season.sign_up(family, program, "Ana")
    season.play(SPRING, moment("2027-07-08T12:00"))
    assert season.items(ItemKind.REMINDER) == []
    season.change(Program, program, tells=["confirm", "reminder"])
    season.play(moment("2027-07-08T12:00"), NOON)
    assert season.told() == [
        "Thu 07-08 18:30 Sat Jul 10, 9am: Ana, Fair. Are you still coming? OK or CHANGE",
        "Fri 07-09 18:30 Tomorrow, Sat Jul 10, 9am: Ana, Fair. OK or CHANGE?",
    ]
