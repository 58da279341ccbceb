"""Command groups whose commands all take `--json`, before or after their own name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


class Command(click.Command):
    """A command that can answer in JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_json_flag())


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type


def group(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Group]:
    """Like `click.group`, for commands that take `--json`."""
    return click.group(name, cls=Group, **attributes)


def _json_flag() -> click.Option:
    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_set_json,
        help="Print JSON.",
    )


def _set_json(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    from orderloom.cli.session import Session

    session = context.find_object(Session)
    if wanted and session is not None:
        session.json = True
