"""Fold the modules' extensions, then the tenant's overlay, over one declared lifecycle.

Extensions only ever add. Whatever else an extension does to what it was given is a fault that
names it, and is left out of the result, so that the modules after it are not blamed for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from orderloom.lifecycle.declaration import Lifecycle
from orderloom.lifecycle.fault import Fault
from orderloom.lifecycle.fold import Extension, Fold
from orderloom.lifecycle.overlay import Overlay
from orderloom.lifecycle.provenance import TENANT, Provenance


@attrs.frozen
class Merged:
    """A lifecycle with every extension in it.

    Attributes:
        lifecycle: what was declared and every addition to it.
        provenance: which module added what.
        faults: what the extensions did beyond adding; `proof.prove` reports them too.
    """

    lifecycle: Lifecycle
    provenance: Provenance
    faults: tuple[Fault, ...]


def merge(
    base: Lifecycle,
    extensions: Sequence[tuple[str, Extension]] = (),
    overlay: Overlay | None = None,
    owner: str = "",
) -> Merged:
    """Fold extensions over a lifecycle and work out who added what.

    What an extension is refused (a bad name, an action that is not there) becomes a fault; any
    other exception in it travels untouched.

    Args:
        base: as its owner declares it.
        extensions: (module, function) in module order.
        overlay: the tenant's own additions; they come last and answer to the name "tenant".
        owner: key of the module that declares `base`, by default the first part of its name.
    """
    fold = Fold(base.name)
    owner = owner or base.name.partition(".")[0]
    fold.add(owner, base)
    for module, extend in extensions:
        fold.extend(module, extend)
    for extend in overlay.extensions() if overlay else ():
        fold.extend(TENANT, extend)
    return Merged(fold.lifecycle, Provenance(owner, fold.owners), tuple(fold.faults))
