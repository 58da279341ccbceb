"""The arguments by which somebody says how he, or everybody, is told of a topic."""

from __future__ import annotations

from typing import Any

import click

from orderloom.notify.wishes import DEFAULT, WAYS


def wishing(command: Any) -> Any:
    """Give a command TOPIC, HOW and --channel."""
    channels = click.Choice(["mail", "inbox"])
    for decorate in (
        click.option("--channel", type=channels, default="mail", show_default=True),
        click.argument("how", type=click.Choice([*WAYS, DEFAULT])),
        click.argument("topic"),
    ):
        command = decorate(command)
    return command
