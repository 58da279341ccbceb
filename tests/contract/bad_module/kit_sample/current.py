"""What the revision of `changing_migrations` does: set by the fault that uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

upgrade: Callable[[Any], None] | None = None
downgrade: Callable[[Any], None] | None = None
