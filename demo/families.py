"""The families of the example: families.toml. Added where they are missing, left alone where they are not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo.dates import shift
from demo.files import Entry, document
from demo.organizations import named, phone_number, unique_codes
from demo.rows import by_code
from models.family import Consent, ConsentKind, Family, Phone, Student
from models.organization import Organization
from models.program import Attends, Program, Room
from models.sign_up import SignUp, SignUpStatus
from models.workday import Pattern, ToldWorkDay

EVENING = dt.time(18, 40)
"""When the example's families wrote: after work, in their district's zone."""


@dataclass(frozen=True)
class Known:
    """What the families' file refers to."""

    today: dt.date
    organizations: dict[str, Organization]
    programs: dict[str, Program]

    def evening(self, entry: Entry, zone: str | None) -> dt.datetime:
        """The evening `days_ago`, counted back from the day of loading."""
        day = self.today - dt.timedelta(days=entry.number("days_ago"))
        return dt.datetime.combine(day, EVENING, ZoneInfo(zone or "UTC")).astimezone(dt.UTC)


def load_families(session: Session, folder: Path, today: dt.date) -> tuple[int, int]:
    """Add the families that are missing; return how many families and sign-ups the file holds."""
    file = document(folder / "families.toml")
    entries = unique_codes(file.entries("families"))
    file.done()
    known = Known(today, by_code(session, Organization), by_code(session, Program))
    present = set(session.scalars(sa.select(Family.code)))
    count = 0
    for code, entry in entries.items():
        family, sign_ups = _family(entry, known)
        count += len(sign_ups)
        told = _work_day(entry, family)
        entry.done()
        if code not in present:
            _add(session, family, sign_ups)
            _add_work_day(session, family, told)
    return len(entries), count


def _add(session: Session, family: Family, sign_ups: list[SignUp]) -> None:
    """Add a family; a phone that has texted us before stays as it is, and stays with the family it has."""
    for new in list(family.phones):
        heard = session.scalar(sa.select(Phone).where(Phone.number == new.number))
        if heard is None:
            continue
        family.phones.remove(new)
        heard.family = heard.family or family
        for sign_up in sign_ups:
            sign_up.phone = heard if sign_up.phone is new else sign_up.phone
    session.add_all([family, *sign_ups])
    session.flush()
    session.add_all(consent for phone in family.phones for consent in _consents(phone))


def _family(entry: Entry, known: Known) -> tuple[Family, list[SignUp]]:
    """The family as the file has it; nothing of it is in the database yet."""
    district = named(entry, "district", known.organizations)
    since = known.evening(entry, district.zone)
    family = Family(
        code=entry.text("code"),
        language=entry.text("language"),
        organization_id=district.id,
        created_at=since,
        phones=[_phone(phone, entry, district, since) for phone in entry.entries("phones")],
        students=[_student(student, known, since.date()) for student in entry.entries("students")],
    )
    sign_ups = [_sign_up(sign_up, family, known) for sign_up in entry.entries("sign_ups")]
    return family, sign_ups


def _work_day(entry: Entry, family: Family) -> ToldWorkDay | None:
    """What the family told of when it works."""
    told = entry.entry_or_none("work_day")
    if told is None:
        return None
    row = ToldWorkDay(
        pattern=told.word("pattern", Pattern),
        leaves_at=told.clock_or_none("leaves_at"),
        home_at=told.clock_or_none("home_at"),
        days_off=told.weekdays("days_off") if told.has("days_off") else None,
        before_work=told.flag("before_work"),
        words=told.text("words"),
        told_at=family.created_at,
    )
    told.done()
    return row


def _add_work_day(session: Session, family: Family, told: ToldWorkDay | None) -> None:
    if told is not None:
        told.family_id = family.id
        session.add(told)


def _phone(phone: Entry, family: Entry, district: Organization, since: dt.datetime) -> Phone:
    row = Phone(
        number=phone_number(phone, "number"),
        language=phone.text("language", family.text("language")),
        organization_id=district.id,
        opted_out_at=since if phone.flag("opted_out") else None,
        unreachable=phone.text_or_none("unreachable"),
        welcomed_at=since,
        created_at=since,
    )
    phone.done()
    return row


def _consents(phone: Phone) -> list[Consent]:
    """What the history says: a family staff signed up agreed in their presence; some have left since."""
    kinds = [ConsentKind.OPT_IN]
    if phone.opted_out_at:
        kinds.append(ConsentKind.OPT_OUT)
    if phone.unreachable == "reassigned":
        kinds.append(ConsentKind.WRONG_NUMBER)
    return [
        Consent(phone_id=phone.id, kind=kind, how="staff", language=phone.language, at=phone.created_at)
        for kind in kinds
    ]


def _student(student: Entry, known: Known, told_on: dt.date) -> Student:
    school = named(student, "school", known.organizations) if student.has("school") else None
    row = Student(
        name=student.text("name"),
        age=student.number("age"),
        grade=student.number_or_none("grade"),
        school_id=school.id if school else None,
        told_on=told_on,
        priority_for_services=student.flag("priority"),
    )
    student.done()
    return row


def _sign_up(entry: Entry, family: Family, known: Known) -> SignUp:
    program = known.programs.get(entry.text("program"))
    if program is None:
        raise entry.wrong("program", f"there is no program {entry.text('program')!r}")
    student = _student_of(entry, family)
    room = _room(entry, program, student)
    heads = entry.number("heads", 2 if program.attends is Attends.PAIRS else 1)
    at = known.evening(entry, program.zone)
    row = SignUp(
        program_id=program.id,
        room_id=room.id,
        family=family,
        student=student,
        phone=family.phones[0] if family.phones else None,
        status=entry.word("status", SignUpStatus, SignUpStatus.ENROLLED),
        heads=heads,
        seats=heads if program.seat_for == "person" else 1,
        priority=bool(student and student.priority_for_services),
        source=entry.text("source", "text"),
        signed_up_at=at,
        changed_at=at,
        **_details(entry, program, shift(known.today)),
    )
    entry.done()
    return row


def _details(entry: Entry, program: Program, moved: dt.timedelta) -> dict[str, Any]:
    """What the family answered."""
    return {
        "slot_id": _slot_id(entry, program, moved),
        "guardian_role": entry.text_or_none("guardian_role"),
        "needs_ride": entry.flag("ride") if entry.has("ride") else None,
        "stop_id": _stop_id(entry, program),
        "hand_over": entry.text_or_none("hand_over"),
        "diet": entry.texts("diet"),
        "interpreter": entry.text_or_none("interpreter"),
        "answers": entry.plain("answers"),
    }


def _student_of(entry: Entry, family: Family) -> Student | None:
    name = entry.text_or_none("student")
    found = next((student for student in family.students if student.name == name), None)
    if name and found is None:
        raise entry.wrong("student", f"this family has no {name!r}")
    return found


def _room(entry: Entry, program: Program, student: Student | None) -> Room:
    rooms = (room for room in program.rooms if student is None or room.takes(student.age, student.grade))
    room = next(rooms, None)
    if room is None:
        raise entry.wrong("student", f"no room of {program.code} is for this age and grade")
    return room


def _stop_id(entry: Entry, program: Program) -> int | None:
    name = entry.text_or_none("stop")
    if name is None:
        return None
    stops = {stop.name: stop.id for stop in program.stops}
    if name not in stops:
        raise entry.wrong("stop", f"{program.code} has no stop {name!r}")
    return stops[name]


def _slot_id(entry: Entry, program: Program, moved: dt.timedelta) -> int | None:
    if not entry.has("slot"):
        return None
    wall = entry.moment("slot") + moved
    starts_at = wall.replace(tzinfo=ZoneInfo(program.zone)).astimezone(dt.UTC)
    slots = {slot.starts_at: slot.id for slot in program.slots}
    if starts_at not in slots:
        raise entry.wrong("slot", f"{program.code} has no slot then")
    return slots[starts_at]
