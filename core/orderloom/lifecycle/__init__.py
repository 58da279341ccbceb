"""Lifecycles: declared, extended, merged, proved, drawn and run."""

from orderloom.lifecycle.attaching import (
    BY_HAND,
    JPEG,
    MEDIA,
    PDF,
    PNG,
    Attaches,
    kinds_without,
)
from orderloom.lifecycle.declaration import (
    EVERYONE,
    STAGES,
    START,
    Action,
    CodeNames,
    Facet,
    Lifecycle,
    Route,
    Status,
    Timer,
)
from orderloom.lifecycle.diagram import mermaid, plain
from orderloom.lifecycle.difference import difference
from orderloom.lifecycle.fault import Fault
from orderloom.lifecycle.fold import Extension
from orderloom.lifecycle.machine import Engine
from orderloom.lifecycle.merge import Merged, merge
from orderloom.lifecycle.overlay import Move, Overlay
from orderloom.lifecycle.proof import Proof, prove
from orderloom.lifecycle.provenance import TENANT, Provenance

__all__ = [
    "BY_HAND",
    "EVERYONE",
    "JPEG",
    "MEDIA",
    "PDF",
    "PNG",
    "STAGES",
    "START",
    "TENANT",
    "Action",
    "Attaches",
    "CodeNames",
    "Engine",
    "Extension",
    "Facet",
    "Fault",
    "Lifecycle",
    "Merged",
    "Move",
    "Overlay",
    "Proof",
    "Provenance",
    "Route",
    "Status",
    "Timer",
    "difference",
    "kinds_without",
    "merge",
    "mermaid",
    "plain",
    "prove",
]
