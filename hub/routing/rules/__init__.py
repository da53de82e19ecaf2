"""The rule set: one module per group of the domain rules, one small pure function per rule.

`RULES` holds every rule by its id. Events keep only rule id and facts, so an id never changes its meaning: a rule that
changes gets an end date, and its successor an id of its own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hub.routing.rule import Rule
from hub.routing.rules import (
    a_declaration,
    a_need,
    a_partnership,
    a_running,
    a_sbo,
    b_area,
    c_municipality,
    c_residence,
    d_attendance,
    e_safety,
    f_care_duty,
    g_pending,
    h_consent,
    h_door,
    hub_protocol,
    hub_region,
    hub_transition,
)

GROUPS: Mapping[str, tuple[Rule[Any], ...]] = MappingProxyType(
    {
        "A. Welk samenwerkingsverband": (
            *(entry for entry in h_door.RULES if entry.id.startswith("A")),
            *a_partnership.RULES,
            *b_area.LISTED_RULES,
            *a_declaration.RULES,
            *a_running.RULES,
            *a_need.RULES,
            *a_running.CLOSING_RULES,
            *a_sbo.CLOSING_RULES,
            *a_need.CLOSING_RULES,
        ),
        "B. De wettelijke indeling": (*b_area.RULES, *b_area.UNCLEAR_RULES),
        "C. Welke gemeente": (*c_municipality.RULES, *c_residence.RULES),
        "D. Verzuim": d_attendance.RULES,
        "E. Veiligheid": (*e_safety.RULES, *(entry for entry in h_door.RULES if entry.id.startswith("E"))),
        "F. Zorgplicht: een plek zoeken": (*f_care_duty.RULES, *f_care_duty.CANDIDATE_RULES),
        "G. Recht dat verandert": g_pending.RULES,
        "H. Privacy": (
            *h_consent.RULES,
            *(entry for entry in h_door.RULES if entry.id.startswith("H")),
            *hub_region.CHOICE_RULES,
        ),
        "De werkwijze van de hub": (
            *hub_protocol.RULES,
            *hub_protocol.HAND_OVER_RULES,
            *hub_protocol.CHOICE_RULES,
            *hub_transition.RULES,
            *hub_region.RULES,
            *hub_region.PARTY_RULES,
            *hub_region.CUSTOM_RULES,
            *hub_region.FAILURE_RULES,
        ),
    }
)
"""The rules per group, under the Dutch name of the group. What a rule judges differs per group, hence `Any`."""

RULES: Mapping[str, Rule[Any]] = MappingProxyType(
    {entry.id: entry for group in GROUPS.values() for entry in sorted(group, key=lambda entry: entry.id)}
)
