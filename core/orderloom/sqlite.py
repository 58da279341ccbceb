"""What a host that brings its own SQLite engine needs: `orderloom.sqlite.prepare(engine)`."""

from orderloom.store.engine import prepare

__all__ = ["prepare"]
