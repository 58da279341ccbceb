"""A small module `shop`, a database with a tenant, and a shell to type commands into."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date
from decimal import Decimal
from types import ModuleType, SimpleNamespace
from typing import Literal

import attrs
import click
import pytest
from click.testing import CliRunner

from orderloom import (
    EVERYONE,
    START,
    Action,
    CommandGroup,
    Demo,
    DocumentType,
    Lifecycle,
    Module,
    NewLine,
    NewOrder,
    Notification,
    OrderType,
    Permission,
    Problem,
    Recipient,
    Role,
    Series,
    Status,
    Template,
    hookimpl,
)
from orderloom.cli import Session, Table, group, pass_session
from orderloom.cli.main import cli
from orderloom.documents import Paragraph


@attrs.frozen(kw_only=True)
class SendOptions:
    mail: bool = attrs.field(default=True, metadata={"help": "Mail it to the seller."})
    message: str = ""


@attrs.frozen(kw_only=True)
class Quoted:
    line: int
    price: Decimal
    note: str = ""


@attrs.frozen(kw_only=True)
class QuoteOptions:
    quotes: tuple[Quoted, ...]
    until: date | None = None
    level: Literal["firm", "rough"] = "firm"
    tags: tuple[str, ...] = ()


LIFECYCLE = Lifecycle(
    "shop.order",
    statuses=(
        Status("draft", "Draft", stage="draft", editable_by={EVERYONE}, deletable=True),
        Status("sent", "Sent", stage="open"),
        Status("done", "All done", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="draft"),
        Action(
            "send",
            source="draft",
            target="sent",
            options=SendOptions,
            series="shop.order",
            issues=("shop.slip",),
        ),
        Action("quote", source="sent", target="sent", options=QuoteOptions),
        Action("finish", source="sent", target="done"),
    ),
)


def register_order_types():
    series = Series(key="shop.order", pattern="S-{seq}")
    return OrderType(key="shop.order", title="Order", lifecycle=LIFECYCLE, series=series)


def register_documents():
    def build(inputs, reading):
        return [Paragraph(f"{len(inputs.subject.lines)} lines")]

    return DocumentType(key="shop.slip", title="Slip", type="shop.order", build=build)


def register_notifications():
    return Notification(
        key="shop.sent",
        title="Sent",
        type="shop.order",
        on="issued",
        recipients=lambda event, subject, reading: [Recipient("seller@seller.example")],
        template=Template(subject="A slip", text="See there."),
        attach="shop.slip",
    )


def register_permissions():
    return Permission("shop.order.read", "Read orders")


def register_commands():
    return CommandGroup(name="till", help="The till.", target="shop_commands:till")


def register_demos():
    return Demo(key="shop", title="A day in the shop", target="shop_commands:play")


def check_action(action, subject):
    if action.name == "finish" and not subject.remarks:
        text = "Nobody has said how it went. To finish it, write remarks first."
        return Problem("shop.no_remarks", text, "remarks", lifted_by="role Keeper")
    return None


def make_shop(**more):
    hooks = (
        register_order_types,
        register_documents,
        register_notifications,
        register_permissions,
        register_commands,
        register_demos,
        check_action,
    )
    marked = {hook.__name__: hookimpl(hook) for hook in hooks}
    role = Role(key="shop.keeper", title="Keeper", permissions={"shop.*"})
    return SimpleNamespace(module=Module("shop", title="Shop", roles=[role]), **{**marked, **more})


@group(help="The till.")
def till():
    pass


@till.command()
@pass_session
def count(session):
    session.show(Table(("coin", "how many"), [("gold", 2)]))


@till.command()
def stumble():
    raise RuntimeError("the drawer is stuck")


@till.command()
def stop():
    raise KeyboardInterrupt


@till.command()
@click.argument("number", type=int)
def answer(number):
    return number


def play(stage):
    stage.say("The shop opens.")
    with stage.loom.desk(stage.tenant, stage.actor) as desk:
        order = desk.place(NewOrder("shop.order", lines=[NewLine("Bread", 3)]))
        desk.perform(order, "send")


@pytest.fixture
def shop(monkeypatch):
    commands = ModuleType("shop_commands")
    commands.till, commands.play = till, play
    monkeypatch.setitem(sys.modules, "shop_commands", commands)
    return make_shop()


class Shell:
    """Types commands; answers click's result."""

    def __call__(self, *words, code=0, input=None):
        result = CliRunner().invoke(cli, [str(word) for word in words], input=input)
        assert result.exit_code == code, (words, result.stdout, result.stderr)
        return result

    def json(self, *words, code=0):
        """The JSON document, or the list of documents, a command answers."""
        text = self("--json", *words, code=code).stdout
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return [json.loads(line) for line in text.splitlines()]

    def lines(self, *words):
        """The JSON objects a command answers line by line."""
        return [json.loads(line) for line in self("--json", *words).stdout.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, empty, and no variable set."""
    for name in ("ORDERLOOM_DB", "ORDERLOOM_TENANT", "ORDERLOOM_USER", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def bare(shop, folder, monkeypatch):
    """A shell in an empty folder; `shop` is the only module there is."""
    monkeypatch.setattr(cli, "session", lambda: Session([shop]))
    return Shell()


@pytest.fixture
def shell(bare, folder, sqlite_template):
    """A shell in a folder with a tenant `main`, module shop on, and the admin `admin`."""
    shutil.copy(sqlite_template, folder / "orderloom.db")
    bare("init", "--title", "Example Buyers", "--timezone", "Europe/Vienna")
    return bare


@pytest.fixture
def order(shell):
    """The id of a draft order with two lines."""
    placed = shell.json(
        "order", "place", "--line", "Chair=200 C62@12.50", "--line", "Tent=1", "--title", "Garden"
    )
    return placed["id"]
