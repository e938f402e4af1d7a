"""All tables at once, for the migrations: importing this module registers every one of them."""

from models import (
    agenda,
    catalogue,
    code_tries,
    family,
    message,
    moving,
    organization,
    program,
    sending,
    sign_up,
    task,
    workday,
)
from models.base import Base

__all__ = [
    "Base", "agenda", "catalogue", "code_tries", "family", "message", "moving", "organization", "program", "sending",
    "sign_up", "task", "workday",
]  # fmt: skip

metadata = Base.metadata
