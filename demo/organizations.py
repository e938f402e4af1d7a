"""The directory of the example: organizations.csv and contacts.csv."""

from __future__ import annotations

import re
import zoneinfo
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from demo.files import Entry, rows
from demo.rows import by_code, put
from models.organization import Audience, Contact, Organization, OrganizationKind

E164 = re.compile(r"\+[1-9]\d{7,14}")


def load_organizations(session: Session, folder: Path) -> int:
    """Bring the organizations to what the file says; return how many it holds."""
    entries = unique_codes(list(rows(folder / "organizations.csv")))
    found = by_code(session, Organization)
    parents = {code: entry.text_or_none("parent") for code, entry in entries.items()}
    for code, entry in entries.items():
        found[code] = put(session, Organization, found.get(code), _organization(entry))
        entry.done()
    session.flush()  # parents need their ids
    for code, parent in parents.items():
        if parent and parent not in found:
            raise entries[code].wrong("parent", f"there is no organization {parent!r}")
        put(session, Organization, found[code], {"parent_id": found[parent].id if parent else None})
    return len(entries)


def load_contacts(session: Session, folder: Path) -> int:
    """Bring the contacts to what the file says; return how many it holds."""
    entries = unique_codes(list(rows(folder / "contacts.csv")))
    organizations = by_code(session, Organization)
    found = by_code(session, Contact)
    for code, entry in entries.items():
        organization = named(entry, "organization", organizations)
        put(session, Contact, found.get(code), {"organization_id": organization.id, **_contact(entry)})
        entry.done()
    return len(entries)


def unique_codes(entries: list[Entry]) -> dict[str, Entry]:
    """The entries by code. Raises DemoError where two have the same."""
    coded: dict[str, Entry] = {}
    for entry in entries:
        code = entry.text("code")
        if code in coded:
            raise entry.wrong("code", f"{code!r} is there already, in {coded[code].where}")
        coded[code] = entry
    return coded


def named(entry: Entry, key: str, organizations: dict[str, Organization]) -> Organization:
    """The organization whose code stands under `key`."""
    code = entry.text(key)
    if code not in organizations:
        raise entry.wrong(key, f"there is no organization {code!r}")
    return organizations[code]


def phone_number(entry: Entry, key: str) -> str:
    """A telephone number in E.164, from the range that is set apart for fiction."""
    number = entry.text(key)
    if not E164.fullmatch(number) or number[-7:-2] != "55501":
        raise entry.wrong(key, f"{number!r} is not a number for examples, such as +14135550142")
    return number


def zone(entry: Entry, key: str) -> str | None:
    """An IANA time zone, or None where it is missing."""
    name = entry.text_or_none(key)
    if name and name not in zoneinfo.available_timezones():
        raise entry.wrong(key, f"{name!r} is not a time zone such as America/New_York")
    return name


def _organization(entry: Entry) -> dict[str, Any]:
    return {
        "code": entry.text("code"),
        "kind": entry.word("kind", OrganizationKind),
        "name": entry.text("name"),
        "short_name": entry.text_or_none("short_name"),
        "town": entry.text_or_none("town"),
        "zone": zone(entry, "zone"),
        "national_id": _digits(entry, "national_id", (7, 12)),
        "state_id": _digits(entry, "state_id", (8, 14)),
        "area_codes": entry.texts("area_codes"),
        "poster_words": _pairs(entry, "poster_words"),
        "also_known_as": entry.texts("also_known_as"),
    }


def _contact(entry: Entry) -> dict[str, Any]:
    return {
        "code": entry.text("code"),
        "role": entry.words("role"),
        "phone": phone_number(entry, "phone"),
        "languages": entry.texts("languages"),
        "weekdays": entry.weekdays("weekdays"),
        "opens": entry.clock("opens"),
        "closes": entry.clock("closes"),
        "audience": entry.word("audience", Audience),
        "recruits": entry.flag("recruits"),
        "rank": entry.number("rank", 0),
    }


def _digits(entry: Entry, key: str, lengths: tuple[int, int]) -> str | None:
    text = entry.text_or_none(key)
    if text and not (text.isdigit() and len(text) in lengths):
        shorter, longer = lengths
        raise entry.wrong(key, f"{text!r} should be {shorter} or {longer} digits, leading zeros kept")
    return text


def _pairs(entry: Entry, key: str) -> dict[str, str]:
    pairs = [text.partition("=") for text in entry.texts(key)]
    if not all(word and conversation for word, _, conversation in pairs):
        raise entry.wrong(key, "should be word=conversation, such as hola=screener")
    return {word.strip(): conversation.strip() for word, _, conversation in pairs}
