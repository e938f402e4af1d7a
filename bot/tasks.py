"""A note for staff: something that a person must do for this family."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.talk import Talk
from models.organization import Contact
from models.program import Program
from models.task import Task, TaskKind


def agreed_times(talk: Talk) -> list[dict[str, Any]]:
    """When the family has asked to be called already, in a call-back that is still to be made; else nothing."""
    open_calls = sa.select(Task.when).where(
        Task.phone_id == talk.caller.phone_id, Task.kind == TaskKind.CALL_BACK, Task.done_at.is_(None)
    )
    return talk.writing.session.scalar(open_calls.order_by(Task.id.desc()).limit(1)) or []


def add_task(
    talk: Talk,
    kind: TaskKind,
    *,
    program: Program | None = None,
    contact: Contact | None = None,
    when: list[dict[str, Any]] | None = None,
    interpreter: str | None = None,
    words: str = "",
) -> Task:
    """Put a task on the list of the contact, the program's district or the family's own district."""
    organization_id = talk.caller.organization_id
    if contact is not None:
        organization_id = contact.organization_id
    elif program is not None:
        organization_id = program.organization_id
    task = Task(
        kind=kind,
        organization_id=organization_id,
        contact_id=contact and contact.id,
        program_id=program and program.id,
        phone_id=talk.caller.phone_id,
        family_id=talk.caller.family_id,
        language=talk.caller.language,
        interpreter=interpreter,
        when=when or [],
        words=words,
        created_at=talk.now,
    )
    talk.writing.session.add(task)
    return task
