"""The consent history: one line each time a phone tells us that it wants to hear from us, less, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import cast

import sqlalchemy as sa

from models.family import Consent, ConsentKind
from models.prepared import Prepared

_consents = cast("sa.Table", Consent.__table__)
_add = Prepared(
    sa.insert(_consents).values(
        {
            name: sa.bindparam(name, type_=_consents.c[name].type)
            for name in ("phone_id", "kind", "how", "words_shown", "language", "at")
        }
    )
)


def note_consent(
    connection: sa.Connection,
    phone_id: int,
    kind: ConsentKind,
    *,
    how: str,
    words_shown: str | None,
    language: str | None,
    at: dt.datetime,
) -> None:
    """Add a line. `how`: `texted us`, `words`, `Twilio` (which had answered already), `staff`.

    `words_shown` is None where we stayed silent.
    """
    _add.run(connection, phone_id=phone_id, kind=kind, how=how, words_shown=words_shown, language=language, at=at)
