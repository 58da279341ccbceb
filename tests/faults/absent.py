"""A process whose installation lacks some distributions, and how it gets on without them.

python absent.py URL TENANT [PACKAGE ...]
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.metadata import MetadataPathFinder
from importlib.util import find_spec


class Absent(PathFinder):
    """Finds what is on the path, but neither these packages nor that they were installed."""

    hidden: frozenset[str] = frozenset()

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname.partition(".")[0] in cls.hidden:
            return None
        return super().find_spec(fullname, path, target)

    @classmethod
    def find_distributions(cls, *args, **options):
        found = MetadataPathFinder.find_distributions(*args, **options)
        return (one for one in found if one.name.replace("-", "_") not in cls.hidden)


def look(url: str, tenant: str) -> None:
    """Say whether procurement is there, how many orders are read, and who is missing to place."""
    from orderloom import Actor, Grant, ModuleFault, NewOrder, Orderloom, Query, Refused

    ann, missing = Actor("ann", (Grant("admin"),)), ""
    with Orderloom(url) as loom:
        known = {*loom.catalogue.loaded, *loom.catalogue.broken}
        with loom.reader(tenant, ann) as reader:
            read = len(reader.find(Query()).items)
        try:
            with loom.desk(tenant, ann) as desk:
                desk.place(NewOrder("procurement.order", lines=[]))
        except ModuleFault as fault:
            missing = fault.module
        except Refused:  # by the module, which is there
            missing = ""
    there = find_spec("orderloom_procurement") is not None
    say = [f"import={there}", f"listed={'procurement' in known}", f"read={read}"]
    sys.stdout.write(" ".join([*say, f"refused={missing}"]))


if __name__ == "__main__":
    url, tenant, *hidden = sys.argv[1:]
    Absent.hidden = frozenset(hidden)
    sys.meta_path[sys.meta_path.index(PathFinder)] = Absent
    look(url, tenant)
