"""Phone numbers as they are stored and matched: one spelling for one phone."""

from __future__ import annotations

import re

import phonenumbers

HOME_REGION = "US"
"""Where a number without a country code belongs."""


def normalized(address: str) -> str:
    """Return E.164 for a phone number in any usual spelling; another kind of address comes back as it is, trimmed.

    WhatsApp gives Mexican numbers with a 1 after +52 that is not part of the number: it goes.
    A sender may be no phone number at all (a short code, a WhatsApp user name).
    """
    bare = address.removeprefix("whatsapp:").strip()
    bare = re.sub(r"^\+521(\d{10})$", r"+52\1", bare)
    if re.fullmatch(r"\+1[2-9]\d{9}", bare, re.ASCII):
        return bare
    if not re.match(r"[+(\d]", bare):  # digits inside a name are no number: "US.13491208655"
        return bare[:64]
    try:
        number = phonenumbers.parse(bare, HOME_REGION)
    except phonenumbers.NumberParseException:
        return bare[:64]
    if not phonenumbers.is_possible_number(number):
        return bare[:64]
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """Return the number with only its last four characters to be read: enough to tell two apart on a list."""
    return "•••" + number[-4:]


def spoken(number: str) -> str:
    """Return the number as a family dials it: (413) 555-0142 for one of ours, international otherwise."""
    try:
        parsed = phonenumbers.parse(number, HOME_REGION)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(HOME_REGION)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
