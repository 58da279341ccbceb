"""What only a process of its own shows: exit codes, imports, pipes, signals."""

import os
import signal
import subprocess
import sys

import pytest

COMMAND = (sys.executable, "-m", "orderloom.cli")
HEAVY = ("alembic", "fpdf", "babel", "rich", "sqlalchemy", "cattrs", "transitions", "pluggy")


@pytest.fixture
def started(folder):
    """Starts the command in the current folder."""

    def start(*words):
        return subprocess.Popen(
            [*COMMAND, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
        )

    return start


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from orderloom.cli.main import cli\n"
        "try: cli(['--help'])\n"
        f"finally: sys.stderr.write(','.join(set({HEAVY}) & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr == ""
    assert "lifecycle" in done.stdout


def test_a_refusal_ends_with_2_and_a_success_with_0(started):
    refused = started("order", "list")
    refused_text = refused.communicate()
    helped = started("--help")
    helped.communicate()

    assert (refused.returncode, helped.returncode) == (2, 0)
    assert refused_text[1].startswith("Refused: No database is named.")


def test_a_closed_pipe_is_silent(shell, started):
    process = started("unit", "list", "--all")
    process.stdout.close()

    told = process.stderr.read()
    process.wait()
    process.stderr.close()

    assert told == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_sends_and_stops_when_it_is_told_to(shell, started, order, number):
    shell("order", "do", order, "send")
    process = started("worker", "--pause", "0.05")
    seen = []
    for line in process.stdout:
        seen.append(line)
        if "sent" in line:
            break

    os.kill(process.pid, number)
    rest, told = process.communicate()

    assert seen[0].startswith("Worker ")
    assert seen[-1] == "main  mail  sent  seller@seller.example\n"
    assert rest.endswith("Stopped.\n")
    assert (process.returncode, told) == (0, "")
