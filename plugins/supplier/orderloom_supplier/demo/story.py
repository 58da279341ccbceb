"""The story: a limit is crossed, approved, accepted in part, delivered, disputed, ordered again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orderloom import Desk, Event, Order, Orderloom, Upload
from orderloom.testing import WebhookSink
from orderloom_invoicing import handed_over
from orderloom_supplier.cart import CartItem, place_cart
from orderloom_supplier.demo.cast import BAKERY, DAIRY, TEAPOT, enter, shipped, who
from orderloom_supplier.documents.purchase_order import PURCHASE_ORDER
from orderloom_supplier.notifications.values import refused_lines
from orderloom_supplier.records import ORDER_TYPE, progress
from orderloom_supplier.reordering import reorder

if TYPE_CHECKING:
    from orderloom.cli import Stage

_HOOK = "dairy-erp"
_MOST = 1000  # deliveries looked through: the story makes some forty


def play(stage: Stage) -> None:
    """Play the whole story on a fresh tenant; mails go to its folder, webhooks to a local sink."""
    with _open_to_loopback(stage) as loom, WebhookSink() as sink:
        with loom.desk(stage.tenant, stage.actor) as desk:
            enter(desk)
            grant = f"supplier.supplier_admin@party:{DAIRY}"
            desk.webhooks.add(_HOOK, sink.url, [ORDER_TYPE], grant)
        milk, cake = _order(stage)
        milk = _approve(stage, milk)
        milk = _deliver(stage, milk)
        milk = _dispute(stage, milk)
        again = _again(stage, milk)
        stage.work(loom)
        _tell(stage, milk, len(sink.requests))
    stage.suggest(f"orderloom --as ada order show {milk.number}")
    stage.suggest(f"orderloom --as sol order history {milk.number}")
    stage.suggest(f"orderloom --as mila order do {cake.number} accept")
    stage.suggest(f"orderloom --as ada approvals approve {str(again.id)[:13]}")
    stage.suggest("orderloom --as ada inbox list")
    stage.suggest("orderloom --as sol invoicing list")


@contextmanager
def _open_to_loopback(stage: Stage) -> Iterator[Orderloom]:
    """The same database, by a loom whose installation lets webhooks go to this very machine."""
    with TemporaryDirectory(prefix="orderloom-demo-") as folder:
        file = Path(folder) / "settings.toml"
        file.write_text("[settings.core]\nwebhook_insecure = true\n", "utf-8")
        yield Orderloom(stage.loom.engine, settings_file=file)


def _as(stage: Stage, id: str, work: Callable[[Desk], Any]) -> Any:
    return stage.loom.run(stage.tenant, who(id), work)


def _order(stage: Stage) -> tuple[Order, Order]:
    cart = [
        CartItem(product="milk", quantity=48, supplier=DAIRY),
        CartItem(product="butter", quantity=20, supplier=DAIRY),
        CartItem(product="cake", quantity=2, supplier=BAKERY),
    ]
    milk, cake = _as(
        stage, "otto", lambda desk: place_cart(desk, TEAPOT, cart, remarks="Ring twice.")
    )
    stage.say(
        f"Otto of The Blue Teapot orders a cart, which becomes two orders.\n"
        f"{cake.number} to Moonlight Bakery comes to {cake.totals}: within his limit of 60 EUR.\n"
        f"That to Cloud Meadow Dairy comes to {milk.totals} and waits; the dairy does not see it."
    )
    return milk, cake


def _approve(stage: Stage, order: Order) -> Order:
    approved: Order = _as(stage, "ada", lambda desk: desk.approve(order))
    stage.say(f"Ada approves it: it goes to the dairy as {approved.number}.")
    _print(stage, approved)
    return approved


def _print(stage: Stage, order: Order) -> None:
    _as(stage, "otto", lambda desk: desk.issue(order, PURCHASE_ORDER))
    stage.say("Otto issues its purchase order (in the folder documents).")


def _deliver(stage: Stage, order: Order) -> Order:
    options = {"reduce": [{"line": 2, "quantity": 12}], "note": "More butter next week."}
    taken: Order = _as(stage, "sol", lambda desk: desk.perform(order, "accept", options))
    with stage.loom.reader(stage.tenant, stage.actor) as reader:
        made = handed_over(taken, reader.reading)
    assert made is not None
    invoice = f"draft invoice {str(made.invoice)[:13]}" if made.invoice else made.problem
    stage.say(f"Sol accepts it in part: {refused_lines(taken)}. There is a {invoice} of the rest.")
    tomorrow = {"tomorrow": True}
    planned: Order = _as(stage, "sol", lambda desk: desk.perform(taken, "schedule", tomorrow))
    stage.say(f"Delivery is scheduled for {progress(planned).scheduled_for}.")
    paper = Upload("invoice", "invoice.png", shipped("invoice.png"))
    done: Order = _as(stage, "rita", lambda desk: desk.perform(planned, "complete", files=paper))
    stage.say("Rita confirms the delivery, with a picture of the invoice.")
    return done


def _dispute(stage: Stage, order: Order) -> Order:
    note = {"note": "One crate of milk is sour."}
    crate = Upload("image", "crate.png", shipped("crate.png"))
    open_: Order = _as(
        stage, "rita", lambda desk: desk.perform(order, "dispute", note, files=crate)
    )
    settled: Order = _as(
        stage, "ada", lambda desk: desk.perform(open_, "resolve", reason="They credit the crate.")
    )
    stage.say(
        "Rita disputes a crate of sour milk, and its picture goes to the dairy by mail.\n"
        "Ada resolves it: the dairy credits the crate."
    )
    return settled


def _again(stage: Stage, order: Order) -> Order:
    again: Order = _as(stage, "otto", lambda desk: reorder(desk, order))
    stage.say(
        f"Otto orders the same again: {again.totals}, above his limit, so it waits for Ada anew.\n"
    )
    return again


def _what(event: Event) -> str:
    """What was done: of an order that waited, that it was approved."""
    if "approval" in event.body and event.name == "placed":
        return "approve"
    return event.action or event.name


def _tell(stage: Stage, order: Order, posted: int) -> None:
    """The history of the order, with who was told what."""
    told: dict[int, list[str]] = defaultdict(list)
    with stage.loom.reader(stage.tenant, stage.actor) as reader:
        for one in reader.deliveries(limit=_MOST):
            if one.subject == order.ref and one.channel == "mail":
                told[one.seq].append(one.recipient)
            elif one.subject == order.ref and one.channel == "webhook":
                told[one.seq].append(f"webhook {_HOOK}")
        lifecycle = reader.assembly.lifecycles[ORDER_TYPE].lifecycle
        titles = {one.name: one.title for one in lifecycle.statuses}
        rows = [
            (
                event.seq,
                _what(event),
                event.actor,
                titles.get(event.target, ""),
                ", ".join(sorted(told[event.seq])),
            )
            for event in reader.history(order)
        ]
    stage.say(f"The history of {order.number}, and who was told:")
    stage.table(("no", "what", "who", "status", "told"), rows)
    stage.say(f"{posted} webhooks arrived at the dairy's own system: none before the approval.")
