"""`orderloom order do ORDER ACTION`: flags and help come from the merged lifecycle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

import click

from orderloom.cli.commands.order.showing import Brought, brought_about, told
from orderloom.cli.flags import flags_of, raw_options
from orderloom.cli.groups import Command, Group
from orderloom.cli.lookup import find_order
from orderloom.cli.session import Session
from orderloom.cli.titles import status_title
from orderloom.cli.uploads import uploads
from orderloom.cli.waiting import request_of, waiting_lines
from orderloom.desk import ActionView, Desk, Reader
from orderloom.errors import NotFound, OrderloomError
from orderloom.lifecycle import START, Action, Lifecycle
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.order import Order
from orderloom.values import nearest

FILES = "own_file_"  # before each kind of file
REASON, KEY = "own_reason", "own_key"  # beside the options, whatever those are called
USAGE: Final[Mapping[str, Any]] = {  # options are the action's, so they come last
    "options_metavar": None,
    "subcommand_metavar": "ACTION [OPTIONS]",
    "no_args_is_help": True,
    "invoke_without_command": True,  # to say which actions there are, as `check_named` does
}


class Actions(Group):
    """A group whose commands are the actions of the order it is given.

    Attributes:
        flags: help of the flags beside the options of an action, by parameter and flag.
        takes_files: whether the files that may come with an action are asked for.
    """

    flags: ClassVar[Mapping[tuple[str, str], str]] = {
        (REASON, "reason"): "Kept in the history.",
        (KEY, "key"): "Idempotency key: the same key acts only once.",
    }

    takes_files: ClassVar[bool] = True

    def doing(self, session: Session, order: str, action: Action) -> Callable[..., None]:
        """What the command of an action does."""
        return _performing(session, order, action)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The action of that name, as a command with its options as flags."""
        session = ctx.ensure_object(Session)
        with session.reader() as reader:
            order = find_order(reader, ctx.params["order"])
            lifecycle = _lifecycle(reader, order)
            type = reader.assembly.order_types[order.type]
        known = {action.name: action for action in lifecycle.all_actions if _is_open(action)}
        if cmd_name.startswith("-"):
            return None
        action = known.get(cmd_name.replace("-", "_"))
        if action is None:
            close = nearest(cmd_name, known, otherwise=", ".join(known))
            raise NotFound("action", cmd_name, f"To do something, use: {close}.")
        side = getattr(type, action.side, "") if action.side else ""
        return Command(
            action.name,
            params=self._params(action),
            callback=self.doing(session, ctx.params["order"], action),
            help=_help(action, lifecycle, side),
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The actions of the order, if one is named."""
        return [view.action.name for view in _views(ctx)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the actions, those that are open first."""
        views = sorted(_views(ctx), key=lambda view: not view.allowed)
        if not views:
            return
        with formatter.section(f"Actions of {ctx.params['order']}"):
            formatter.write_dl(
                [
                    (view.action.name, view.action.title + ("" if view.allowed else " (not open)"))
                    for view in views
                ]
            )

    def _params(self, action: Action) -> list[click.Parameter]:
        params: list[click.Parameter] = (
            [] if action.options is None else [*flags_of(action.options)]
        )
        if self.takes_files:
            params += _file_flags(action, params)
        taken = {flag for param in params for flag in (*param.opts, *param.secondary_opts)}
        for (own, flag), help in self.flags.items():
            text = f"--{flag}" if f"--{flag}" not in taken else f"--command-{flag}"
            params.append(click.Option([text, own], help=help))
        return params


def check_named(ctx: click.Context) -> None:
    """Refuse a command line without an action; names those there are, the open ones first."""
    if ctx.invoked_subcommand is None:
        with ctx.ensure_object(Session).reader() as reader:
            views = reader.explain(find_order(reader, ctx.params["order"]))
        by_state = sorted(views, key=lambda view: not view.allowed)
        names = [view.action.name + ("" if view.allowed else " (not open)") for view in by_state]
        raise click.UsageError(f"Missing ACTION. To go on, name one: {', '.join(names)}.", ctx)


@click.group(cls=Actions, **USAGE)
@click.argument("order")
@click.pass_context
def do(context: click.Context, order: str) -> None:
    """Perform an action on an order.

    `do ORDER --help` lists the order's actions, `do ORDER ACTION --help` the options of one.
    """
    check_named(context)


def _file_flags(action: Action, options: list[click.Parameter]) -> Iterator[click.Option]:
    """A flag for each kind of file, named after it unless an option is."""
    taken = {flag for option in options for flag in option.opts}
    for one in action.attaches:
        name = one.kind.replace("_", "-")
        media = ", ".join(media.rpartition("/")[2].upper() for media in one.media)
        yield click.Option(
            [f"--{name}" if f"--{name}" not in taken else f"--file-{name}", FILES + one.kind],
            multiple=True,
            metavar="FILE",
            help=f"{one.title}: {media}; at most {one.most}.",
        )


def _views(ctx: click.Context) -> tuple[ActionView, ...]:
    if not ctx.params.get("order"):
        return ()
    session = ctx.ensure_object(Session)
    try:
        with session.reader() as reader:
            return reader.explain(find_order(reader, ctx.params["order"]))
    except OrderloomError:
        return ()  # help is given without a database too


def _lifecycle(reader: Reader, order: Order) -> Lifecycle:
    merged = reader.assembly.lifecycles.get(order.type)
    if merged is None:
        if (blocked := reader.assembly.blocked(order.type)) is not None:
            raise blocked
        hint = "To act on the order, switch its module on: orderloom module list"
        raise NotFound("lifecycle", order.type, hint)
    lifecycle: Lifecycle = merged.lifecycle
    return lifecycle


def _is_open(action: Action) -> bool:
    """Whether it starts anywhere but at the creation."""
    return any(source != START for source in action.sources)


def _help(action: Action, lifecycle: Lifecycle, side: str) -> str:
    statuses = lifecycle.facet(action.facet) if action.facet else lifecycle
    titles = {status.name: status.title for status in statuses.statuses}
    sources = ", ".join(titles.get(one, one) for one in action.sources if one != START)
    targets = " or ".join(titles.get(one, one) for one in action.targets)
    issued = f" Issues {', '.join(action.issues)}." if action.issues else ""
    whom = f" For the {side or action.side}." if action.side else ""
    leads = "; leaves it as it is" if action.leaves else f" to {targets}"
    return f"{action.title}: from {sources}{leads}.{issued}{whom}"


def _performing(session: Session, name: str, action: Action) -> Callable[..., None]:
    def perform(**given: Any) -> None:
        reason, key = given.pop(REASON) or "", given.pop(KEY)
        paths = [
            (one.kind, path) for one in action.attaches for path in given.pop(FILES + one.kind)
        ]
        options = raw_options(action.options, given) if action.options else None
        files = uploads(session, paths)

        def work(desk: Desk) -> tuple[Order, str, ApprovalRequest | None, tuple[Brought, ...]]:
            order = find_order(desk, name)
            more = {"files": files, "reason": reason, "key": key}
            after: Order = desk.perform(order, action.name, options, **more)
            return after, status_title(desk, after), request_of(desk, after), brought_about(desk)

        after, status, request, brought = session.run(work)
        told(session, after, f"{'stays' if action.leaves else 'is now'} {status}", brought)
        for line in waiting_lines(request):
            session.say(f"  {line}")

    return perform
