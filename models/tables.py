"""All tables at once, for the migrations: importing this module registers every one of them."""

from models import catalogue, family, message, organization, program, sending, sign_up, task, workday
from models.base import Base

__all__ = ["Base", "catalogue", "family", "message", "organization", "program", "sending", "sign_up", "task", "workday"]

metadata = Base.metadata
