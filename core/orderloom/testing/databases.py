"""SQLite databases at the price of copying a file."""

from __future__ import annotations

import atexit
import shutil
import threading
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from orderloom.store.engine import open_engine
from orderloom.store.migrate import ModuleMigrations, migrate

_MOST = 16  # a process seldom needs more than a few; each is under a megabyte


def fast_engine(path: Path) -> Engine:
    """An engine over a SQLite file that is not flushed to the disk.

    What a test writes need not survive a power cut.
    """
    engine = open_engine(f"sqlite:///{path}")
    sa.event.listen(engine, "checkout", _unflushed)
    return engine


def _unflushed(driver: Any, *_: Any) -> None:
    driver.execute("PRAGMA synchronous = OFF").close()


@attrs.define(eq=False)
class Templates:
    """Databases of one process, each built once and then copied; threads may share it."""

    _known: dict[Hashable, tuple[Path, object]] = attrs.field(factory=dict, init=False)
    _folder: TemporaryDirectory[str] | None = attrs.field(default=None, init=False)
    _made: int = attrs.field(default=0, init=False)
    _lock: threading.RLock = attrs.field(factory=threading.RLock, init=False)

    def copy(
        self, key: Hashable, build: Callable[[Path], None], to: Path, *, held: object = None
    ) -> None:
        """Copy a template to a path.

        Args:
            key: what tells it from others.
            build: makes it at a path, with every connection closed in the end.
            to: of the copy.
            held: what must live as long as the template, such as objects whose ids are in `key`.
        """
        with self._lock:
            if key not in self._known:
                while len(self._known) >= _MOST:
                    self._known.pop(next(iter(self._known)))[0].unlink()
                path = self._path()
                build(path)
                self._known[key] = path, held
            shutil.copy(self._known[key][0], to)

    def _path(self) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="orderloom-templates-")
            atexit.register(self._folder.cleanup)
        self._made += 1
        return Path(self._folder.name) / f"{self._made}.db"


TEMPLATES = Templates()


def migrated(to: Path, migrations: Sequence[ModuleMigrations], tables: Sequence[object]) -> None:
    """Make a database with the tables of the core and of some modules.

    Args:
        to: its path.
        migrations: in dependency order.
        tables: what those modules declare; their revisions may have changed where this has.
    """

    def build(path: Path) -> None:
        engine = fast_engine(path)
        migrate(engine, migrations)
        engine.dispose()

    TEMPLATES.copy((*migrations, *map(id, tables)), build, to, held=tables)
