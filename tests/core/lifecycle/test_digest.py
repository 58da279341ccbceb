import os
import subprocess
import sys

import pytest

DECLARE = """
import attrs
from orderloom.lifecycle import START, Action, Lifecycle, Status

@attrs.frozen
class Options:
    reason: str

print(Lifecycle(
    "library.loan",
    statuses=(
        Status("lent", "Ausgeliehen \u00e4", stage="open", visible_to={"buyer", "seller", "*"}),
        Status("returned", "Returned", stage="done", editable_by={"*", "seller", "buyer"}),
    ),
    actions=(
        Action("lend", source=START, target="lent"),
        Action("return", source="lent", target="returned", options=Options),
    ),
    renamed={"one": "lent", "two": "lent"},
).digest)
"""


def digest_in_a_process(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DECLARE],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("hash_seed", ["1", "2", "3"])
def test_the_digest_is_the_same_in_every_process(hash_seed: str) -> None:
    assert digest_in_a_process(hash_seed) == digest_in_a_process("0")
