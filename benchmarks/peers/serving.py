"""How a peer does its jobs on demand, inside an environment of its own; standard library only.

One JSON line comes in for each turn ({"job": ..., "count": ...}), one goes out ({"seconds": ...}),
so that the peer takes turns with what it is compared to.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Job = tuple[Callable[[int], Iterable[Any]], Callable[[Any], object]]
_answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
sys.stdout = sys.stderr  # whatever the peer prints is no answer


def serve(jobs: Mapping[str, Job], **said: object) -> None:
    """Answer turns until there are no more.

    Args:
        jobs: by name: what prepares so many runs, which is not timed, and what does one.
        said: answered first, such as versions.
    """
    _answer(said)
    for line in sys.stdin:
        turn = json.loads(line)
        prepare, run = jobs[turn["job"]]
        prepared = list(prepare(turn["count"]))
        gc.collect()
        start = time.perf_counter()
        for one in prepared:
            run(one)
        _answer({"seconds": (time.perf_counter() - start) / len(prepared)})


def _answer(said: Mapping[str, object]) -> None:
    print(json.dumps(said), file=_answers, flush=True)
