from __future__ import annotations

from typing import Any

from orderloom.cli import group


@group(help="Samples.")
def sample() -> None:
    pass


@sample.command()
def count() -> None:
    """Count the samples."""


@group(help="Samples.")
def silent() -> None:
    pass


@silent.command("count")
def uncommented() -> None:
    pass


def play(stage: Any) -> None:
    stage.say("A sample.")
