"""The work day of a family: what it told, else what is usual in its district in this season."""

from __future__ import annotations

import datetime as dt

from models.catalogue import Catalogue
from models.workday import Seasons, ToldWorkDay, WorkDay, season_for, work_day
from notifications.family_windows import zone_of

NOWHERE = "UTC"
"""Where neither the family nor its district has a zone."""


def work_day_at(
    now: dt.datetime,
    told: ToldWorkDay | None,
    organization_id: int | None,
    catalogue: Catalogue,
    seasons: Seasons,
    otherwise: str | None = None,
) -> WorkDay:
    """Put together the work day of a family that belongs to an organization, as of the season at `now`.

    `otherwise`: the zone of what it is about, for who has declared no place.
    """
    zone = (told and told.zone) or catalogue.zone(organization_id) or otherwise or NOWHERE
    line = [organization.id for organization in catalogue.lineage(organization_id)]
    season = season_for(seasons, line, now.astimezone(zone_of(zone)).month, told.pattern if told else None)
    return work_day(zone, told, season)
