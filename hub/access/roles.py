"""Roles: what a person is within an organisation."""

from enum import StrEnum


class Role(StrEnum):
    """What a person does there. A role is held for one organisation; `operator` for the hub's own."""

    COORDINATOR = "coordinator"
    SCHOOL_ADMINISTRATOR = "school_administrator"
    TEAM_WORKER = "team_worker"
    TEAM_LEAD = "team_lead"
    SWV_STAFF = "swv_staff"
    SWV_ADMINISTRATOR = "swv_administrator"
    AGENDA_READER = "agenda_reader"
    OPERATOR = "operator"
