"""Code of a module that is called without a hook: builders, field values, routes, edits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orderloom.errors import Conflict, ModuleFault, Refused
from orderloom.modules.calls import fault_of


@contextmanager
def contained(module: str, step: str) -> Iterator[None]:
    """Run module code; what it raises by mistake names the module and the step.

    Raises:
        ModuleFault: the code failed.
        Refused, Conflict: as the code raised them.
    """
    try:
        yield
    except (Refused, Conflict, ModuleFault):
        raise
    except (Exception, SystemExit) as error:
        raise fault_of(error, module, step, "") from error
