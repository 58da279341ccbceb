"""`orderloom webhook`: other systems that are told of events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from orderloom.cli.groups import group
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session

if TYPE_CHECKING:
    from orderloom.desk.webhooks import Signed
    from orderloom.notify import Outcome
    from orderloom.notify.webhooks import Endpoint

_NOT_ARRIVED = 1


@group()
def webhook() -> None:
    """Webhooks: other systems that are told what happens, signed by the Standard Webhooks scheme.

    Messages may come twice under the same webhook-id, and late, and not in order.
    """


@webhook.command()
@click.argument("name")
@click.argument("url")
@click.option(
    "--event",
    "types",
    multiple=True,
    metavar="TYPE",
    default=("*",),
    help="What it hears of: a type such as procurement.order, one of its events such as "
    "procurement.order.placed, or one action such as procurement.order.moved.send; repeat for "
    "more. Everything if not given.",
)
@click.option(
    "--grant",
    metavar="ROLE[@KIND:ID]",
    default="admin",
    show_default=True,
    help="As whom it hears: with admin@party:V1 only what party V1 may see.",
)
@pass_session
def add(session: Session, name: str, url: str, types: tuple[str, ...], grant: str) -> None:
    """Have a system told of events, and show the secret that signs the messages, this once."""
    made, secret = session.run(lambda desk: desk.webhooks.add(name, url, types, grant))
    session.show({**_facts(session, made), "secret": secret})
    session.say("Keep the secret: it is not shown again.")


@webhook.command("list")
@pass_session
def list_webhooks(session: Session) -> None:
    """List the webhooks and how each fares."""
    found = session.run(lambda desk: desk.webhooks.list())
    facts = [_facts(session, one) for one in found]
    headings = ("name", "url", "events", "hears as", "state", "failing since", "reason")
    rows = [tuple(one.values()) for one in facts]
    session.show(Table(headings, rows, spare=("hears as", "events", "failing since")))


@webhook.command()
@click.argument("name")
@pass_session
def show(session: Session, name: str) -> None:
    """Show a webhook; its secret is shown by nothing but `add` and `rotate`."""
    session.show(_facts(session, session.run(lambda desk: desk.webhooks.get(name))))


@webhook.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def remove(session: Session, name: str, yes: bool) -> None:
    """Remove a webhook; what it is owed is given up."""
    session.confirm(f"Remove webhook {name}?", yes=yes)
    _gave_up(session, name, "removed", session.run(lambda desk: desk.webhooks.remove(name)))


@webhook.command()
@click.argument("name")
@pass_session
def disable(session: Session, name: str) -> None:
    """Tell a webhook nothing more; what it is owed is given up."""
    _gave_up(session, name, "disabled", session.run(lambda desk: desk.webhooks.disable(name)))


@webhook.command()
@click.argument("name")
@pass_session
def enable(session: Session, name: str) -> None:
    """Tell a webhook of what happens from now on."""
    session.run(lambda desk: desk.webhooks.enable(name))
    if session.json:
        session.show({"name": name, "state": "on"})
    session.say(f"Webhook {name} is on. To send what was given up before:")
    session.say(f"orderloom delivery resend --dead --source webhook:{name}")


@webhook.command()
@click.argument("name")
@click.option(
    "--overlap",
    type=click.IntRange(0, 720),
    default=24,
    show_default=True,
    metavar="HOURS",
    help="How long the old secret signs along.",
)
@pass_session
def rotate(session: Session, name: str, overlap: int) -> None:
    """Replace the secret of a webhook, and show the new one, this once."""
    secret = session.run(lambda desk: desk.webhooks.rotate(name, timedelta(hours=overlap)))
    session.show({"name": name, "secret": secret})
    session.say(f"Keep the secret: it is not shown again. The old one signs along for {overlap} h.")


@webhook.command()
@click.argument("name")
@pass_session
@click.pass_context
def test(context: click.Context, session: Session, name: str) -> None:
    """Send a webhook a message of type webhook.test now, once, and tell what came of it."""
    signed = session.run(lambda desk: desk.webhooks.signed(name))
    outcome = _tested(session, signed)
    reason = getattr(outcome, "reason", "")
    session.show({"name": name, "arrived": not reason, "reason": reason})
    if reason:
        context.exit(_NOT_ARRIVED)


def _tested(session: Session, signed: Signed) -> Outcome:
    from orderloom.notify.webhooks import TEST, Poster, body_of, headers_of
    from orderloom.values import uuid7

    now = session.loom.clock()
    body = body_of(TEST, now, {})
    headers = headers_of(uuid7(now), now, body, signed.secrets)
    return Poster(signed.rules).post(signed.endpoint.url, headers, body)


def _facts(session: Session, one: Endpoint) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": one.url,
        "events": one.types,
        "hears_as": str(one.grant),
        "state": one.state,
        "failing_since": session.local(one.failing_since),
        "reason": one.reason,
    }


def _gave_up(session: Session, name: str, what: str, count: int) -> None:
    if session.json:
        session.show({"name": name, "state": what, "given_up": count})
    session.say(f"Webhook {name} was {what}; {count} owed to it were given up.")
