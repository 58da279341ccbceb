"""Modules: what they are, how they are found, ordered and called, and what they add up to."""

from orderloom.modules.assemblies import Assemblies
from orderloom.modules.assembling import assemble
from orderloom.modules.assembly import ADMIN, CLOSING, FAULTED, OFF, ON, Assembly, ModuleState
from orderloom.modules.calls import fault_of
from orderloom.modules.catalogue import GROUP, SAFE_MODE, Catalogue
from orderloom.modules.containing import contained
from orderloom.modules.dispatch import Dispatcher, First
from orderloom.modules.hooks import HOOKS, Hook
from orderloom.modules.loading import Broken, Loaded
from orderloom.modules.manifest import Module
from orderloom.modules.order import Standing, module_order, standings
from orderloom.modules.rights import SubjectScope, allows, held_in, holdable, scopes_with, who_may
from orderloom.modules.specs import hookimpl
from orderloom.modules.tracing import HookCall, Trace

__all__ = [
    "ADMIN",
    "CLOSING",
    "FAULTED",
    "GROUP",
    "HOOKS",
    "OFF",
    "ON",
    "SAFE_MODE",
    "Assemblies",
    "Assembly",
    "Broken",
    "Catalogue",
    "Dispatcher",
    "First",
    "Hook",
    "HookCall",
    "Loaded",
    "Module",
    "ModuleState",
    "Standing",
    "SubjectScope",
    "Trace",
    "allows",
    "assemble",
    "contained",
    "fault_of",
    "held_in",
    "holdable",
    "hookimpl",
    "module_order",
    "scopes_with",
    "standings",
    "who_may",
]
