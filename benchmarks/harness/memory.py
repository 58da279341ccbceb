"""How much memory something takes at most (Linux)."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

_PROCESS = Path("/proc/self")


def above_start(work: Callable[[], object]) -> tuple[float, float]:
    """MiB above what the process had: at the highest point, and while the answer is still held."""
    gc.collect()
    start = _resident("VmRSS")
    (_PROCESS / "clear_refs").write_text("5")  # the high-water mark begins anew
    answer = work()
    peak = _resident("VmHWM")
    gc.collect()
    held = _resident("VmRSS")
    del answer
    return peak - start, held - start


def _resident(name: str) -> float:
    for line in (_PROCESS / "status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise LookupError(name)
