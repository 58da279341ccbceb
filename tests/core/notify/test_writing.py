from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import attrs
import pytest

from orderloom.errors import Conflict, ModuleFault, Refused
from orderloom.modules import HOOKS as KNOWN
from orderloom.modules.contributions import Notification, Recipient, Template, Tenant
from orderloom.notify import HOOK, MAIL, OWED, list_deliveries, owe, owed, problems_of
from orderloom.orders.events import EDITED, ISSUED, MOVED, PLACED, Event
from orderloom.orders.order import Order, Totals
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store.engine import writing
from orderloom.values import Money

VENDOR = Recipient("orders@chairs.example", "Chairs & Co")
ORDER = SubjectRef("order", UUID("01900000-0000-7000-8000-0000000000aa"))


@pytest.fixture
def event(noon):
    """An order was sent."""

    def build(name=MOVED, action="send", **changes):
        made = Event(
            id=UUID(int=5), subject=ORDER, seq=2, at=noon, actor="ann", name=name,
            action=action, version=2,
        )  # fmt: skip
        return attrs.evolve(made, **changes)

    return build


@pytest.fixture
def subject(noon):
    nothing = Money.zero("EUR")
    return Order(
        id=ORDER.id, type="shop.order", version=2, status="sent", number="S-7", currency="EUR",
        totals=Totals(
            lines=nothing, adjustments=nothing, tax=nothing, total=nothing, priced=0, count=0
        ),
        created_at=noon, created_by="ann", updated_at=noon,
    )  # fmt: skip


def _values(event, subject, recipient, reading):
    return {"language": recipient.language}


TEMPLATE = Template(subject="Order {order.number}", text="In {language}")


def _notification(*recipients, **changes):
    made = Notification(
        key="shop.confirmation", title="Confirmation", type="shop.order", on="send",
        recipients=lambda event, subject, reading: recipients, template=TEMPLATE,
        placeholders={"language": "en"}, values=_values,
    )  # fmt: skip
    return attrs.evolve(made, **changes)


def _assembly(*notifications, hooks=None):
    def modules_for(hook, *, type):
        return (hooks or {}).get((hook, type), ())

    return SimpleNamespace(
        notifications={each.key: each for each in notifications},
        documents={},
        locales={"shop": ""},
        owners={"shop.order": "shop"},
        dispatcher=SimpleNamespace(modules_for=modules_for),
    )


@pytest.fixture
def reading():
    """Knows the tenant, and one issued document."""
    rfq = SimpleNamespace(id=UUID(int=9))
    asked = {"kind": "order", "subject": ORDER.id, "type": "shop.rfq"}
    return SimpleNamespace(
        tenant=Tenant(key="acme", title="Acme", language="de"),
        rows=lambda select, params: [rfq] if params == asked else [],
        own_templates={},
    )


@pytest.fixture
def owing_to(event, subject, reading):
    """What one notification owes for an event."""

    def run(notification, happened=None):
        return owed(happened or event(), subject, _assembly(notification), reading)

    return run


def test_a_recipient_is_owed_the_message_as_it_is_now(owing_to, noon):
    (mail,) = owing_to(_notification(VENDOR))

    assert (mail.channel, mail.source, mail.state) == (MAIL, "shop.confirmation", OWED)
    assert (mail.subject, mail.seq) == (ORDER, 2)
    assert (mail.next_at, mail.created_at) == (noon, noon)
    assert mail.recipient == "orders@chairs.example"
    assert mail.payload == {"name": "Chairs & Co", "subject": "Order S-7", "text": "In de"}
    assert mail.document_id is None


def test_everyone_has_a_row_of_their_own_in_their_language(owing_to):
    mails = owing_to(_notification(VENDOR, Recipient("b@chairs.example", "Bo", "fr")))

    assert [mail.payload["text"] for mail in mails] == ["In de", "In fr"]
    assert len({mail.id for mail in mails}) == 2


def test_one_address_is_written_to_once(owing_to):
    same = Recipient("orders@CHAIRS.example", "The same desk")
    other = Recipient("Orders@chairs.example", "Another desk")

    mails = owing_to(_notification(VENDOR, same, other))

    assert [mail.recipient for mail in mails] == ["orders@chairs.example", "Orders@chairs.example"]
    assert mails[0].payload["name"] == "Chairs & Co"


def test_nobody_to_tell_means_nothing_is_owed(owing_to):
    assert owing_to(_notification()) == ()


def test_a_rule_may_be_a_generator(owing_to):
    def rule(event, subject, reading):
        yield VENDOR

    assert len(owing_to(_notification(recipients=rule))) == 1


def test_the_same_event_is_owed_under_the_same_ids(owing_to, event):
    first = owing_to(_notification(VENDOR))
    again = owing_to(_notification(VENDOR))
    later = owing_to(_notification(VENDOR), event(id=UUID(int=6)))

    assert first[0].id == again[0].id
    assert first[0].id != later[0].id


@pytest.mark.parametrize(
    ("on", "name", "action", "heard"),
    [
        ("send", MOVED, "send", True),
        ("place", PLACED, "place", True),
        ("moved", MOVED, "send", True),
        ("issued", ISSUED, "send", True),
        ("edited", EDITED, "", True),
        ("send", ISSUED, "send", False),  # the move itself was heard already
        ("send", MOVED, "cancel", False),
        ("", EDITED, "", False),
    ],
)
def test_a_notification_hears_what_it_listens_to(owing_to, event, on, name, action, heard):
    mails = owing_to(_notification(VENDOR, on=on), event(name, action))

    assert len(mails) == heard


def test_other_types_are_not_heard(owing_to):
    template = Template(subject="Invoice {invoice.number}", text="See there.")

    assert owing_to(_notification(VENDOR, type="shop.invoice", template=template)) == ()


def test_a_condition_narrows_what_is_heard(owing_to):
    def large(event, subject):
        return subject.number == "S-8"

    assert owing_to(_notification(VENDOR, when=large)) == ()


def test_the_latest_issue_of_a_document_goes_with_it(owing_to):
    (mail,) = owing_to(_notification(VENDOR, attach="shop.rfq"))

    assert mail.document_id == UUID(int=9)


def test_a_document_that_was_never_issued_is_refused(owing_to):
    with pytest.raises(Refused, match=r"shop\.invoice, which was never issued") as refusal:
        owing_to(_notification(VENDOR, attach="shop.invoice"))

    assert refusal.value.codes == ("notification.no_document",)


def test_an_event_must_be_appended_before_others_hear_of_it(owing_to, event):
    with pytest.raises(ValueError, match="only after it was appended"):
        owing_to(_notification(VENDOR), event(seq=0))


# ── what is wrong is told, all at once ─────────────────────────────────────────────────────


BAD = _notification(Recipient("not an address", "Chairs & Co"), Recipient("", "Tables Ltd"), VENDOR)


def test_unreachable_recipients_are_named_before_anything_happens(event, subject, reading):
    problems = problems_of(event(seq=0), subject, _assembly(BAD), reading)

    assert [(problem.code, problem.module, problem.message) for problem in problems] == [
        (
            "notification.bad_address",
            "shop",
            "“Confirmation” cannot be mailed to Chairs & Co: “not an address” is not an e-mail "
            "address. To give one, write it without spaces, such as orders@vendor.example.",
        ),
        (
            "notification.no_address",
            "shop",
            "“Confirmation” is mailed to Tables Ltd, who has no address. To go on, give Tables "
            "Ltd one.",
        ),
    ]


def test_reachable_recipients_are_no_problem(event, subject, reading):
    assert problems_of(event(seq=0), subject, _assembly(_notification(VENDOR)), reading) == ()


def test_with_an_unreachable_recipient_nothing_is_owed(owing_to):
    with pytest.raises(Refused) as refusal:
        owing_to(BAD)

    assert refusal.value.codes == ("notification.bad_address", "notification.no_address")


def test_a_value_that_no_mail_can_hold_is_refused(owing_to):
    def broken(event, subject, recipient, reading):
        return {"language": "a\x00b"}

    with pytest.raises(Refused, match="“Confirmation” to Chairs & Co cannot be mailed") as refusal:
        owing_to(_notification(VENDOR, values=broken))

    assert refusal.value.codes == ("notification.bad_message",)


def test_a_value_cannot_add_headers(owing_to):
    def inject(event, subject, recipient, reading):
        return {"language": "7\r\nBcc: other@rival.example"}

    template = Template(subject="Order {language}", text="Hello")
    (mail,) = owing_to(_notification(VENDOR, values=inject, template=template))

    assert mail.payload["subject"] == "Order 7 Bcc: other@rival.example"


@pytest.mark.parametrize("step", ["recipients", "values", "when"])
def test_a_function_that_fails_names_its_module(owing_to, step):
    def fail(*args):
        raise KeyError("contact")

    with pytest.raises(ModuleFault, match=r"shop failed in \w+ of shop\.confirmation") as fault:
        owing_to(_notification(VENDOR, **{step: fail}))

    assert (fault.value.module, fault.value.hook) == ("shop", f"{step} of shop.confirmation")


@pytest.mark.parametrize("step", ["recipients", "values"])
def test_an_answer_of_the_wrong_kind_names_its_module(owing_to, step):
    with pytest.raises(ModuleFault, match="it answered str"):
        owing_to(_notification(VENDOR, **{step: lambda *args: "x"}))


def test_a_conflict_passes_as_it_is(owing_to):
    def conflict(*args):
        raise Conflict("changed meanwhile", retryable=True)

    with pytest.raises(Conflict):
        owing_to(_notification(recipients=conflict))


# ── hooks ──────────────────────────────────────────────────────────────────────────────────


HOOKS = {
    ("after_order_event", "shop.order"): ("audit", "ledger"),
    ("after_status_changed", "shop.order"): ("audit",),
}


def test_every_hook_after_commit_is_owed(event, subject, reading):
    after = [name for name, hook in KNOWN.items() if hook.form == "after"]
    every = {(name, "shop.order"): ("audit",) for name in after}

    rows = owed(event(), subject, _assembly(hooks=every), reading)

    assert [row.source for row in rows] == [f"audit:{name}" for name in after]


def test_every_module_is_owed_its_hooks(event, subject, reading):
    rows = owed(event(), subject, _assembly(hooks=HOOKS), reading)

    assert [(row.channel, row.source, row.seq) for row in rows] == [
        (HOOK, "audit:after_order_event", 2),
        (HOOK, "ledger:after_order_event", 2),
        (HOOK, "audit:after_status_changed", 2),
    ]
    assert {row.payload["event"] for row in rows} == {str(UUID(int=5))}


def test_a_change_of_content_is_no_change_of_status(event, subject, reading):
    rows = owed(event(EDITED, ""), subject, _assembly(hooks=HOOKS), reading)

    assert {row.source for row in rows} == {"audit:after_order_event", "ledger:after_order_event"}


def test_what_is_no_order_has_no_order_events(event, subject, reading, noon):
    need = Subject(
        kind="shop.need", id=ORDER.id, type="shop.order", version=2, status="sent",
        created_at=noon, created_by="ann", updated_at=noon,
    )  # fmt: skip

    rows = owed(event(subject=need.ref), need, _assembly(hooks=HOOKS), reading)

    assert [row.source for row in rows] == ["audit:after_status_changed"]


def test_what_is_owed_can_be_written(engine, tenant, order, event, subject, reading):
    assembly = _assembly(_notification(VENDOR), hooks=HOOKS)

    rows = owed(event(), subject, assembly, reading)

    with writing(engine, tenant) as connection:
        owe(connection, tenant, rows)

    with writing(engine, tenant) as connection:
        kept = list_deliveries(connection, tenant, OWED, 10)
    assert {row.channel for row in kept} == {MAIL, HOOK}
    assert {row.id: row for row in kept} == {row.id: row for row in rows}
