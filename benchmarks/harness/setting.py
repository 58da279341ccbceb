"""What every job is given: where it may work, on which databases, and how thoroughly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from harness.ground import POSTGRES, SQLITE, Ground, postgres_ground, sqlite_ground
from harness.postgres import Server


@attrs.frozen(kw_only=True)
class Setting:
    """The setting of a run.

    Attributes:
        folder: an empty one, for databases and environments.
        server: the PostgreSQL server, None if only SQLite is measured.
        databases: "sqlite", "postgres" or both.
        quick: everything once, in tiny numbers: shows that the benchmarks run, measures nothing.
    """

    folder: Path
    server: Server | None
    databases: tuple[str, ...]
    rounds: int
    quick: bool = False

    def count(self, wanted: int, quick: int = 5) -> int:
        """How often to do something, much less in a quick run."""
        return min(wanted, quick) if self.quick else wanted

    def grounds(self, name: str) -> Iterator[Ground]:
        """A fresh database of each kind."""
        for dialect in self.databases:
            yield self.ground(name, dialect)

    def ground(self, name: str, dialect: str) -> Ground:
        if dialect == SQLITE:
            return sqlite_ground(self.folder, name)
        assert self.server is not None
        return postgres_ground(self.server, name)

    @property
    def postgres(self) -> bool:
        return POSTGRES in self.databases
