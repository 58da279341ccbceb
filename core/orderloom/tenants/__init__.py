"""Tenants: their rows, module states, settings, overlays, and what a switch would mean."""

from orderloom.tenants.core_settings import CORE, CoreSettings
from orderloom.tenants.overlays import overlays, save_overlay
from orderloom.tenants.parking import Counts, count_subjects, held_statuses, park, unpark
from orderloom.tenants.rows import (
    CHANGEABLE,
    bump_revision,
    create,
    hold,
    keys,
    load,
    lock,
    update,
)
from orderloom.tenants.secrets import SecretRef
from orderloom.tenants.settings import (
    Layer,
    Origin,
    Settings,
    Sources,
    file_problems,
    layered,
    layers_of,
)
from orderloom.tenants.states import StoredState, set_state, states
from orderloom.tenants.stored_settings import clear_settings, save_settings, stored_settings
from orderloom.tenants.subject import tenant_ref, tenant_subject
from orderloom.tenants.switching import FINISH, MAP, PARK, Group, Remedy, SwitchPlan, plan_switch

__all__ = [
    "CHANGEABLE",
    "CORE",
    "FINISH",
    "MAP",
    "PARK",
    "CoreSettings",
    "Counts",
    "Group",
    "Layer",
    "Origin",
    "Remedy",
    "SecretRef",
    "Settings",
    "Sources",
    "StoredState",
    "SwitchPlan",
    "bump_revision",
    "clear_settings",
    "count_subjects",
    "create",
    "file_problems",
    "held_statuses",
    "hold",
    "keys",
    "layered",
    "layers_of",
    "load",
    "lock",
    "overlays",
    "park",
    "plan_switch",
    "save_overlay",
    "save_settings",
    "set_state",
    "states",
    "stored_settings",
    "tenant_ref",
    "tenant_subject",
    "unpark",
    "update",
]
