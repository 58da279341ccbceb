"""Modules that fail: named, contained, nothing written; other types and other tenants go on."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import attrs
import pytest
from click.testing import CliRunner

from orderloom import (
    EVERYONE,
    START,
    Action,
    Actor,
    DocumentType,
    Grant,
    Lifecycle,
    Module,
    ModuleFault,
    NewLine,
    NewOrder,
    NewSubject,
    Order,
    Orderloom,
    OrderType,
    Refused,
    SetLine,
    SetOrder,
    Status,
    Subject,
    SubjectType,
    User,
    hookimpl,
)
from orderloom.cli import Session
from orderloom.cli.main import cli
from orderloom.documents import Paragraph
from orderloom.modules import FAULTED, HOOKS
from orderloom.worker import Worker

ANN = Actor("ann", (Grant("admin"),))

#: What makes each hook run, as a method of `Shop`.
COMMANDS = {
    "claim_rows": "place",
    "check_order": "place",
    "check_line": "place",
    "price_line": "place",
    "tax_line": "place",
    "adjust_order": "place",
    "on_order_placed": "place",
    "check_action": "send",
    "extend_document": "send",
    "on_status_changed": "send",
    "on_order_edited": "edit",
    "on_lines_changed": "edit",
    "check_delete": "delete",
    "on_order_deleted": "delete",
    "check_subject": "visit",
    "on_subject_placed": "visit",
    "on_subject_edited": "retitle",
}
AFTER = ("after_order_event", "after_status_changed")
CONTRIBUTING = tuple(name for name, hook in HOOKS.items() if hook.contributes)


def _lifecycle(name: str) -> Lifecycle:
    issues = ("toy.slip",) if name == "toy.order" else ()
    return Lifecycle(
        name,
        statuses=(
            Status("draft", "Draft", stage="draft", editable_by={EVERYONE}, deletable=True),
            Status("sent", "Sent", stage="done", final=True),
        ),
        actions=(
            Action("place", source=START, target="draft"),
            Action("send", source="draft", target="sent", issues=issues),
        ),
    )


def _module(key: str, hooks: dict[str, Callable[..., Any]], **manifest: Any) -> Any:
    """A module of functions, each under the name of its hook."""
    for name, function in hooks.items():
        function.__name__ = name
    marked = {name: hookimpl(function) for name, function in hooks.items()}
    return SimpleNamespace(__name__=key, module=Module(key, title=key, **manifest), **marked)


def _toy() -> Any:
    """Owns `toy.order`, which issues a document, and `toy.visit`."""
    order = OrderType(key="toy.order", title="Order", lifecycle=_lifecycle("toy.order"))
    visit = SubjectType(key="toy.visit", title="Visit", lifecycle=_lifecycle("toy.visit"))
    build = lambda inputs, reading: [Paragraph("Slip")]  # noqa: E731 - as short as it is read
    slip = DocumentType(key="toy.slip", title="Slip", type="toy.order", build=build)
    hooks = {
        "register_order_types": lambda: order,
        "register_subjects": lambda: visit,
        "register_documents": lambda: slip,
    }
    return _module("toy", hooks)


def _other() -> Any:
    """Owns `other.order`, with which nobody else has to do."""
    order = OrderType(key="other.order", title="Other", lifecycle=_lifecycle("other.order"))
    return _module("other", {"register_order_types": lambda: order})


def _guest(key: str = "guest", **hooks: Callable[..., Any]) -> Any:
    """Takes part in the types of toy, by the given hooks."""
    return _module(key, hooks, requires={"toy"}, touches={"toy.order", "toy.visit"})


def stumble() -> None:
    raise ZeroDivisionError("out of cheese")


@attrs.define
class Shop:
    """Commands on the toy's types, in one tenant."""

    loom: Orderloom
    tenant: str
    order: Order | None = None
    subject: Subject | None = None

    def place(self, type: str = "toy.order") -> Order:
        return self._do(lambda desk: desk.place(NewOrder(type, lines=[NewLine("Chair", "2")])))

    def visit(self) -> Subject:
        return self._do(lambda desk: desk.place(NewSubject("toy.visit", "Kick-off")))

    def send(self) -> Order:
        return self._do(lambda desk: desk.perform(self.order, "send"))

    def edit(self) -> Order:
        return self._do(lambda desk: desk.edit(self.order, SetLine(line=1, quantity="3")))

    def delete(self) -> Order:
        return self._do(lambda desk: desk.delete(self.order))

    def retitle(self) -> Subject:
        return self._do(lambda desk: desk.edit(self.subject, SetOrder(title="Farewell")))

    def words(self, command: str) -> list[str]:
        """The same command as it is typed."""
        id = str(self.order.id) if self.order else ""
        return {
            "place": ["place", "--type", "toy.order", "--line", "Chair=2"],
            "send": ["do", id, "send"],
            "edit": ["edit", id, "--set", "1", "quantity=3"],
            "delete": ["delete", id, "--yes"],
        }[command]

    def _do(self, work: Callable[[Any], Any]) -> Any:
        with self.loom.desk(self.tenant, ANN) as desk:
            return work(desk)


@pytest.fixture
def shop(engine):
    """A tenant with toy, other and a guest that is still sound; an order and a visit are there."""
    made = Shop(Orderloom(engine, modules=[_toy(), _other(), _guest()]), f"t{uuid4().hex[:12]}")
    made.loom.create_tenant(made.tenant, modules=["toy", "other", "guest"])
    made.order, made.subject = made.place(), made.visit()
    with made.loom.desk(made.tenant, ANN) as desk:
        desk.directory.save_user(User(id="ann", grants=[Grant("admin")]))
    return made


@pytest.fixture
def neighbour(shop):
    """A second tenant, which never had the guest."""
    key = f"t{uuid4().hex[:12]}"
    shop.loom.create_tenant(key, modules=["toy"])
    return key


def _with(shop: Shop, *guests: Any) -> Shop:
    """The same tenant after its guest was exchanged."""
    loom = Orderloom(shop.loom.engine, modules=[_toy(), _other(), *guests])
    return attrs.evolve(shop, loom=loom)


def test_every_hook_there_is_is_treated_badly_here():
    assert {*COMMANDS, *AFTER, *CONTRIBUTING} == {*HOOKS}


@pytest.mark.parametrize("hook", COMMANDS)
def test_a_hook_that_fails_refuses_the_command_and_nothing_is_written(shop, unchanged, hook):
    bad = _with(shop, _guest(**{hook: stumble}))

    with unchanged(), pytest.raises(ModuleFault) as raised:
        getattr(bad, COMMANDS[hook])()

    fault = raised.value
    assert (fault.module, fault.hook) == ("guest", hook)
    line = inspect.getsourcelines(stumble)[1] + 1
    assert str(fault) == (
        f"Module guest failed in {hook}: ZeroDivisionError: out of cheese "
        f"(test_bad_modules.py, line {line}). To go on without it, switch it off or mend it; "
        "nothing was written."
    )


@pytest.mark.parametrize("hook", COMMANDS)
def test_other_types_and_other_tenants_go_on_beside_a_failing_hook(shop, neighbour, hook):
    bad = _with(shop, _guest(**{hook: stumble}))

    assert bad.place("other.order").version == 1
    assert attrs.evolve(bad, tenant=neighbour).place().version == 1


@pytest.mark.parametrize("hook", CONTRIBUTING)
def test_a_module_that_fails_to_contribute_blocks_its_types_and_no_others(
    shop, neighbour, unchanged, hook
):
    argument = {"extend_lifecycle": lambda lifecycle: stumble()}
    bad = _with(shop, _guest(**{hook: argument.get(hook, stumble)}))

    with unchanged(), pytest.raises(ModuleFault, match="out of cheese") as raised:
        bad.place()

    assert (raised.value.module, raised.value.hook) == ("guest", hook)
    with bad.loom.reader(bad.tenant, ANN) as reader:
        assert reader.assembly.states["guest"].state == FAULTED
        assert reader.get(bad.order.ref) == bad.order
    assert bad.place("other.order").version == 1
    assert attrs.evolve(bad, tenant=neighbour).place().version == 1


@pytest.mark.parametrize("hook", CONTRIBUTING)
def test_a_module_that_fails_to_contribute_cannot_be_switched_on(shop, unchanged, hook):
    bad = _with(shop, _guest(**{hook: stumble}))

    with unchanged(), pytest.raises(Refused, match=f"guest would fail in {hook}: .*To go on"):
        bad.loom.create_tenant(f"t{uuid4().hex[:12]}", modules=["toy", "guest"])


@pytest.mark.parametrize("error", [SystemExit(3), RuntimeError("x" * 1_000_000), MemoryError()])
def test_whatever_a_hook_raises_is_contained_and_short(shop, unchanged, error):
    def check_order():
        raise error

    with unchanged(), pytest.raises(ModuleFault) as raised:
        _with(shop, _guest(check_order=check_order)).place()

    assert type(error).__name__ in str(raised.value)
    assert len(str(raised.value)) < 1000


@pytest.mark.parametrize(
    "hook", [hook for hook, command in COMMANDS.items() if command not in ("visit", "retitle")]
)
def test_the_command_line_names_the_module_and_the_hook(shop, unchanged, monkeypatch, hook):
    bad = _with(shop, _guest(**{hook: stumble}))
    url = shop.loom.engine.url.render_as_string(hide_password=False)
    monkeypatch.setattr(
        cli, "session", lambda: Session([_toy(), _other(), _guest(**{hook: stumble})])
    )
    words = ["--db", url, "--tenant", shop.tenant, "--as", "ann", "order"]

    with unchanged():
        result = CliRunner().invoke(cli, [*words, *bad.words(COMMANDS[hook])])

    assert result.exit_code == 2
    assert result.stderr.startswith(f"A module failed: Module guest failed in {hook}: ")
    assert "To go on without it" in result.stderr
    assert "Traceback" not in result.output


# ── after commit ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("hook", AFTER)
def test_a_failing_reaction_is_tried_again_and_holds_up_nobody_else(shop, hook):
    heard: list[str] = []
    hooks = {hook: lambda event: heard.append(event.action)}
    bad = _with(shop, _guest(**{hook: stumble}), _guest("listener", **hooks))
    with bad.loom.desk(bad.tenant, ANN) as desk:
        desk.admin.switch("listener", "on")

    sent = bad.send()

    done = [one for one in Worker(bad.loom).once(tenant=bad.tenant) if one.what == "hook"]
    assert sent.status == "sent"
    assert "send" in heard
    retried = [one for one in done if one.about == f"guest:{hook}"]
    assert {one.outcome for one in retried} == {"retry"}
    assert f"Module guest failed in {hook}: ZeroDivisionError" in retried[0].reason
    assert {one.outcome for one in done if one.about == f"listener:{hook}"} == {"sent"}


@pytest.mark.parametrize("hook", AFTER)
def test_a_mended_reaction_hears_of_everything(shop, hook):
    heard: list[str] = []
    bad = _with(shop, _guest(**{hook: stumble}))
    bad.send()
    Worker(bad.loom).once(tenant=bad.tenant)

    mended = _with(shop, _guest(**{hook: lambda event: heard.append(event.action)}))
    mended.loom.clock = lambda start=mended.loom.clock: start() + timedelta(hours=1)
    Worker(mended.loom).once(tenant=mended.tenant)

    assert "send" in heard


# ── loading ────────────────────────────────────────────────────────────────────────────────

SOUND = """
from orderloom import Module, hookimpl
module = Module("guest", title="Guest", requires={"toy"}, touches={"toy.order"})
"""
FILE = "guest_of_scenarios"
BROKEN = {
    "import": "raise RuntimeError('out of cheese')",
    "exit": "raise SystemExit(1)",
    "syntax": "def",
    "missing": "import no_such_package_anywhere",
    "no manifest": "module = None",
    "misspelt hook": SOUND + "@hookimpl\ndef check_ordr(order): pass\n",
    "unknown argument": SOUND + "@hookimpl\ndef check_order(ordr): pass\n",
    "wrapper": SOUND + "@hookimpl(wrapper=True)\ndef check_order(): yield\n",
    "asynchronous": SOUND + "@hookimpl\nasync def check_order(): pass\n",
    "never marked": SOUND + "def check_order(): pass\n",
}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Installs a distribution `orderloom-guest` of one file, or exchanges its file."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def install(source: str) -> None:
        info = tmp_path / "orderloom_guest-1.2.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text("Name: orderloom-guest\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[orderloom.modules]\nguest = {FILE}\n")
        (tmp_path / f"{FILE}.py").write_text(source)
        sys.modules.pop(FILE, None)

    yield install
    sys.modules.pop(FILE, None)


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN)
def test_a_module_that_cannot_be_loaded_is_faulted_with_a_remedy(
    installed, house, shell, unchanged, source
):
    installed(SOUND.replace('"toy"', '"procurement"').replace("toy.", "procurement."))
    sound = Orderloom(house.loom.engine)
    with sound.desk(house.tenant, ANN) as desk:
        desk.admin.switch("guest", "on")
    installed(source)

    with unchanged():
        told = shell.refused("order", "place", "--line", "Chair=2", "--project", "summer")

    assert told.text.startswith("A module failed: Module guest 1.2 failed in ")
    assert "nothing was written" in told.text
    assert told.problem["type"] == "orderloom:ModuleFault"
    assert FAULTED in shell.does("module", "list")
    assert "was created" in shell.does("project", "add", "winter", "Winter")
