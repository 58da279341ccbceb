"""Every door, one after the other: whoever may not see prices finds none of their digits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest

from orderloom import Desk, NewLine, OrderloomError, Query, SetLine, SetOrder
from orderloom.orders import codec
from orderloom.values import Actor

PAGES = ("find", "list")
#: What is no door: it answers other doors, what the modules declare, or writes without an answer.
NO_DOORS = {
    "actor", "tenant", "assembly", "reading", "directory", "admin", "webhooks", "notifications",
    "reactions", "approvals", "revision", "tenant_changed", "check_whole", "together",
    "mark_read", "count", "status", "unread", "verify", "attachment", "file", "escalate", "expire",
}  # fmt: skip

READING = {
    "get": lambda reader, order: reader.get(order.ref),
    "by_number": lambda reader, order: reader.by_number(order.number),
    "find": lambda reader, order: reader.find(Query(party="v1")),
    "list": lambda reader, order: reader.list(Query(party="v1")),
    "history": lambda reader, order: reader.history(order),
    "notes": lambda reader, order: reader.notes(order),
    "at": lambda reader, order: [
        reader.at(order, one) for one in range(1, reader.get(order.ref).version + 1)
    ],
    "preview": lambda reader, order: [
        reader.preview(order, "finish"),
        reader.preview(order, "refused"),
        reader.preview(order, SetLine(line=1, quantity="5")),
    ],
    "explain": lambda reader, order: reader.explain(order),
    "attachments": lambda reader, order: reader.attachments(order),
    "documents": lambda reader, order: reader.documents(order),
    "render": lambda reader, order: [
        answer(reader.render, one, format)
        for one in reader.documents(order)
        for format in ("", "html", "text")
    ],
    "draft": lambda reader, order: reader.draft(order, "shop.slip", "text"),
    "inbox": lambda reader, order: reader.inbox(),
    "deliveries": lambda reader, order: reader.deliveries(),
    "simulate": lambda reader, order: reader.simulate(None, since="2020-01-01"),
}
WRITING = {
    "place": lambda desk, order, shop: desk.place(shop.plain()),
    "place_many": lambda desk, order, shop: desk.place_many([shop.plain(), shop.plain()]),
    "copy": lambda desk, order, shop: desk.copy(order),
    "edit": lambda desk, order, shop: desk.edit(order.ref, SetOrder(title="Else")),
    "perform": lambda desk, order, shop: [
        desk.perform(order.ref, "nest"), desk.perform(order.ref, "send"),
    ],
    "brought": lambda desk, order, shop: [desk.perform(order.ref, "nest"), desk.brought],
    "rehearse": lambda desk, order, shop: [
        desk.rehearse(order.ref, name) for name in ("send", "stumble", "collide", "refused")
    ],
    "delete": lambda desk, order, shop: desk.delete(order.ref),
    "restore": lambda desk, order, shop: [desk.delete(order.ref), desk.restore(order.ref)],
    "note": lambda desk, order, shop: desk.note(order.ref, "Careful"),
    "attach": lambda desk, order, shop: desk.attach(order.ref, ()),
    "issue": lambda desk, order, shop: desk.issue(order.ref, "shop.slip"),
    "erase_personal": lambda desk, order, shop: desk.erase_personal(order.ref, reason="asked"),
    "stumble": lambda desk, order, shop: desk.perform(order.ref, "stumble"),
    "collide": lambda desk, order, shop: desk.perform(order.ref, "collide"),
    "refused": lambda desk, order, shop: desk.perform(order.ref, "refused"),
    "stale": lambda desk, order, shop: desk.edit(
        attrs.evolve(desk.get(order.ref), version=1), SetOrder(title="Else")
    ),
    "stale issue": lambda desk, order, shop: desk.issue(
        attrs.evolve(desk.get(order.ref), version=1), "shop.slip"
    ),
    "issue bill": lambda desk, order, shop: desk.issue(order.ref, "shop.bill"),
    "draft bill": lambda desk, order, shop: desk.draft(order, "shop.bill", "html"),
    "draft list": lambda desk, order, shop: desk.draft(order, "shop.list"),
    "replay": lambda desk, order, shop: [
        desk.perform(order.ref, "nest", key="k"), desk.perform(order.ref, "nest", key="k"),
    ],
    "refused many": lambda desk, order, shop: desk.place_many(
        [shop.plain(), shop.plain(lines=[NewLine("", "0")])]
    ),
}  # fmt: skip
WAITING = {
    "approval": lambda desk, order, shop: desk.approval(order.ref),
    "approvals_of": lambda desk, order, shop: desk.approvals_of(order.ref),
    "to_approve": lambda desk, order, shop: desk.to_approve(),
    "approve": lambda desk, order, shop: [desk.approve(order.ref), desk.history(order.ref)],
    "approve once": lambda desk, order, shop: [desk.approve(order.ref), desk.approval(order.ref)],
    "refuse": lambda desk, order, shop: [desk.refuse(order.ref), desk.history(order.ref)],
    "preview dear": lambda desk, order, shop: desk.preview(shop.plain(title="dear")),
    "place dear": lambda desk, order, shop: [
        made := desk.place(shop.plain(title="dear")), desk.history(made), desk.approval(made.ref),
    ],
    "explain waiting": lambda desk, order, shop: desk.explain(order.ref),
}  # fmt: skip


def serialised(value: Any) -> str:
    """Everything a value holds, down to the last field, bytes and exceptions included."""
    if isinstance(value, bytes):
        return _pdf_text(value) if value.startswith(b"%PDF") else value.decode()
    if isinstance(value, OrderloomError):
        return " ".join((str(value), *map(serialised, vars(value).values())))
    if isinstance(value, Mapping):
        return " ".join(f"{serialised(name)} {serialised(one)}" for name, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(serialised, value))
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        shown = " ".join(serialised(getattr(value, field.name)) for field in fields)
        return f"{value} {shown} {_json(value)}"
    return str(value)


def _json(value: Any) -> str:
    try:
        return codec.dumps(codec.to_plain(value))
    except (OrderloomError, TypeError):
        return ""


def _pdf_text(content: bytes) -> str:
    import zlib

    parts = re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
    texts = []
    for part in parts:
        try:
            texts.append(zlib.decompress(part).decode("latin-1"))
        except zlib.error:
            continue
    return " ".join(texts)


def digits(value: Any) -> str:
    """A serialised value without whatever may stand between the digits of an amount."""
    return re.sub(r"(?<=\d)[.,\s\u00a0'](?=\d)", "", serialised(value))


def leaked(value: Any, figures: set[str]) -> set[str]:
    told = digits(value)
    return {one for one in figures if one in told or one.removesuffix("00") in told.split()}


def answer(door: Any, *args: Any) -> Any:
    """What a door answers, be it a refusal."""
    try:
        return door(*args)
    except OrderloomError as error:
        return error


class Enough(Exception):
    """Ends a desk that has answered, so that nothing is kept of what failed half-way."""


def test_every_public_door_is_walked_or_known_to_be_none():
    public = {name for name in dir(Desk) if not name.startswith("_")}

    assert public - NO_DOORS == public & {*READING, *WRITING, *WAITING}


@pytest.mark.parametrize("door", READING)
def test_no_reading_door_shows_a_digit(shop, door):
    order = shop.told_story()
    figures = shop.figures(order)

    with shop.reader(shop.porter) as reader:
        found = answer(READING[door], reader, order)

    assert leaked(found, figures) == set()


@pytest.mark.parametrize("door", WRITING)
def test_no_writing_door_shows_a_digit(shop, door):
    order = shop.told_story()
    figures = shop.figures(order)

    with pytest.raises(Enough) as enough, shop.desk(shop.porter) as desk:
        raise Enough(answer(WRITING[door], desk, order, shop))

    assert leaked(enough.value.args, figures) == set()


@pytest.mark.parametrize("door", WAITING)
def test_nothing_about_approvals_shows_a_digit(shop, door):
    order = shop.place(shop.new(title="dear"))
    figures = shop.figures(order)

    with shop.desk(shop.porter) as desk:
        found = answer(WAITING[door], desk, order, shop)

    assert leaked(found, figures) == set()


@pytest.mark.parametrize("door", [*READING, *WRITING, *WAITING])
def test_the_same_doors_show_them_to_who_may_see_them(shop, door):
    silent = {
        "notes", "attachments", "note", "attach", "issue", "draft", "inbox", "erase_personal",
        "refused many", "explain waiting",
    }  # fmt: skip
    waits = door in WAITING
    order = shop.place(shop.new(title="dear")) if waits else shop.told_story()
    figures = shop.figures(order)
    clerk = Actor("boss", (*shop.clerk.grants, *shop.admin.grants))

    walk = {**WRITING, **WAITING}.get(door)
    args = (order, shop) if walk else (order,)

    with pytest.raises(Enough) as enough, shop.desk(clerk) as desk:
        raise Enough(answer(walk or READING[door], desk, *args))

    assert bool(leaked(enough.value.args, figures)) != (door in silent)


def test_a_digit_is_found_wherever_it_stands():
    figures = {"9876543"}

    for value in (Decimal("98765.43"), "98,765.43 EUR", {"a": ("98.765,43",)}, b"98 765.43"):
        assert leaked(value, figures) == figures
    assert leaked("98765.44", figures) == set()
