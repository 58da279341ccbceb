"""What comes of it: documents, messages, reactions, tenants, faults."""

from __future__ import annotations

import itertools
from contextlib import suppress
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from kit_sample import healthy
from kit_sample.faults.seeding import registers, seeded
from kit_sample.healthy import sample_module

from orderloom import (
    LinePrice,
    NewSubject,
    Price,
    Template,
)
from orderloom.documents import Paragraph


@seeded("documents_are_printed", "Document sample.label fails")
def builds_a_failing_document() -> Any:
    def build(inputs: Any, reading: Any) -> Any:
        return [Paragraph(str(1 / 0))]

    label = healthy.slip(key="sample.label", title="Label", build=build)
    return sample_module(registers("register_documents", (healthy.slip(), label)))


@seeded("documents_are_printed", "is not the same when it is made twice")
def numbers_its_prints() -> Any:
    count = itertools.count(1)

    def build(inputs: Any, reading: Any) -> Any:
        return [Paragraph(f"Print {next(count)}")]

    label = healthy.slip(key="sample.label", title="Label", build=build)
    return sample_module(registers("register_documents", (healthy.slip(), label)))


@seeded("notifications_reach_people", "was never owed to anybody")
def writes_to_nobody() -> Any:
    record = healthy.mail(recipients=lambda event, order, reading: [])
    return sample_module(registers("register_notifications", record))


@seeded("notifications_reach_people", "is not filled in: {vendor}")
def mails_a_template() -> Any:
    unwritten = Template(subject="A slip", text="Dear {{vendor}}")
    record = healthy.mail(template=unwritten)
    return sample_module(registers("register_notifications", record))


@seeded("reactions_bear_repetition", "after_order_event cannot hear of the same event twice")
def hears_only_once() -> Any:
    heard: set[Any] = set()

    def after_order_event(event: Any) -> None:
        if event.id in heard:
            raise RuntimeError("heard of it already")
        heard.add(event.id)

    return sample_module(after_order_event)


@seeded("reactions_bear_repetition", "after_status_changed fails: Module sample failed")
def fails_after_the_commit() -> Any:
    def after_status_changed(event: Any) -> None:
        raise KeyError(event.action)

    return sample_module(after_status_changed)


@seeded("tenants_are_isolated", "check_order looks at every tenant's rows: SELECT count(*)")
def counts_all_tenants_rows() -> Any:
    def check_order(order: Any, reading: Any) -> None:
        reading.connection.execute(sa.text("SELECT count(*) FROM ol_sample_size")).scalar()

    return sample_module(check_order)


@seeded("tenants_are_isolated", "Names of another tenant appear in its rows")
def remembers_across_tenants() -> Any:
    names: list[str] = []

    def on_order_placed(order: Any, writing: Any) -> None:
        names.append(order.seller.name)
        healthy.on_order_placed(order, writing)
        writing.place(NewSubject("sample.visit", f"Visit {names[0]}"))

    return sample_module(on_order_placed)


@seeded("faults_are_contained", "A fault in check_subject during place is swallowed")
def swallows_faults() -> Any:
    def on_order_placed(order: Any, writing: Any) -> None:
        writing.execute(sa.insert(healthy.sizes), {"id": order.id, "lines": 0})
        with suppress(Exception):
            writing.place(NewSubject("sample.visit", "Look at it"))

    def check_subject(subject: Any) -> None:
        return None

    return sample_module(on_order_placed, check_subject)


@seeded("faults_are_contained", "leaves half of it written")
def commits_by_itself() -> Any:
    def price_line(order: Any) -> Any:
        return LinePrice(Price(Decimal(0), order.currency), "free")  # one line more costs nothing

    def on_lines_changed(before: Any, order: Any, writing: Any) -> None:
        if before is not None and len(order.lines) > len(before.lines):
            driver = writing.connection.connection.driver_connection
            driver.execute("COMMIT")
            driver.execute("BEGIN IMMEDIATE")

    return sample_module(price_line, on_lines_changed)
