"""`orderloom worker`: runs until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from orderloom.cli.groups import Command
from orderloom.cli.printing import to_json
from orderloom.cli.session import Session, pass_session

if TYPE_CHECKING:
    from orderloom.worker import Done


@click.command(cls=Command)
@click.option(
    "--pause",
    type=click.FloatRange(0.05, 3600),
    default=1.0,
    show_default=True,
    help="Seconds to wait when there is nothing to do.",
)
@pass_session
def worker(session: Session, pause: float) -> None:
    """Send what is owed and run what is due for all tenants, until SIGTERM or Ctrl-C.

    Any number of workers may run, on any number of machines.
    """
    from orderloom.worker import Worker

    work = Worker(session.loom, tell=lambda done: tell(session, done))
    with _stopped_by_signals() as stop:
        session.say(f"Worker {work.name} runs. To stop it, press Ctrl-C.")
        work.run(stop, pause=pause)
    session.say("Stopped.")


def tell(session: Session, done: Done) -> None:
    """Print one thing a worker did, at once."""
    if session.json:
        click.echo(to_json(done))
        return
    reason = f": {done.reason}" if done.reason else ""
    session.say(f"{done.tenant}  {done.what}  {done.outcome}  {done.about}{reason}".rstrip())


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; what runs is finished first."""
    stop = threading.Event()

    def set_it(number: int, frame: Any) -> None:
        stop.set()

    before = {number: signal.signal(number, set_it) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
