"""Fifty random sequences of switching, uninstalling and installing a module: nothing is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import attrs
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

import orderloom_procurement.module as procurement
from orderloom import (
    EVERYONE,
    START,
    Action,
    Contact,
    Delivery,
    Lifecycle,
    Module,
    ModuleFault,
    NewLine,
    NewOrder,
    NotFound,
    Orderloom,
    OrderType,
    Party,
    Project,
    Query,
    Refused,
    Remedy,
    Status,
    hookimpl,
)
from orderloom.store import migrate as migrating
from orderloom.store import schema
from orderloom.store.engine import reading, writing
from orderloom_procurement import tables
from orderloom_procurement.editor import line_for
from orderloom_procurement.needs import NewNeed, add_need

SEQUENCES, STEPS = 50, 6
ABSENT = Path(__file__).with_name("absent.py")

KEPT = [
    schema.projects,
    schema.parties,
    schema.subjects,
    schema.lines,
    schema.subject_fields,
    schema.events,
    schema.series,
    schema.documents,
    schema.document_files,
    schema.deliveries,
]
"""Tables of the core that hold something of a module's orders."""

UPGRADE = """
import sqlalchemy as sa
from alembic import op

revision = "core_9000"
down_revision = {head!r}


def upgrade():
    op.create_table("ol_later", sa.Column("tenant_id", sa.String(63), primary_key=True))
    {further}


def downgrade():
    op.drop_table("ol_later")
"""


def _plain() -> ModuleType:
    """A module that has nothing to do with the one that comes and goes."""
    made = ModuleType("plain")
    made.module = Module("plain", title="Plain orders")
    lifecycle = Lifecycle(
        "plain.order",
        statuses=(
            Status("open", "Open", stage="open", editable_by={EVERYONE}),
            Status("done", "Done", stage="done", final=True),
        ),
        actions=(
            Action("place", source=START, target="open"),
            Action("finish", source="open", target="done"),
        ),
    )
    made.register_order_types = hookimpl(
        lambda: OrderType(key="plain.order", title="Plain order", lifecycle=lifecycle)
    )
    return made


PLAIN = _plain()


@attrs.define
class Town:
    """Three tenants: `mine` is switched about, `theirs` never had it, `others` keeps it on."""

    crew: ModuleType
    url: str
    mine: str
    theirs: str
    others: str
    loom: Orderloom
    installed: bool = True

    def install(self, here: bool) -> None:
        """Another process in which the module is there, or is not."""
        self.loom.close()
        self.installed = here
        self.loom = Orderloom(self.url, modules=[procurement, PLAIN] if here else [PLAIN])

    def desk(self, tenant):
        return self.loom.desk(tenant, self.crew.ANN)

    def reader(self, tenant):
        return self.loom.reader(tenant, self.crew.ANN)


@pytest.fixture
def town(engine, crew):
    url = engine.url.render_as_string(hide_password=False)
    loom = Orderloom(url, modules=[procurement, PLAIN])
    names = [f"t{uuid4().hex[:12]}" for _ in range(3)]
    loom.create_tenant(names[0], modules=["procurement"])
    loom.create_tenant(names[1], modules=["plain"])
    loom.create_tenant(names[2], modules=["procurement"])
    made = Town(crew, url, *names, loom)
    for tenant in (made.mine, made.others):
        _fill(made, tenant)
    yield made
    made.loom.close()


def _fill(town, tenant):
    """A need covered by a draft and a sent order, and one that was canceled."""
    with town.desk(tenant) as desk:
        desk.directory.save_project(Project("summer", "Summer festival"))
        contact = Contact("Quotes", email="quotes@one.example")
        desk.directory.save_party(Party("V1", "Vendor V1", roles={"vendor"}, contacts=[contact]))
        new = NewNeed(project="summer", department="Seats", name="Chair", quantity="100")
        need = add_need(desk, new)
        given = {"delivery": Delivery(address=town.crew.GATE), "bill_to": town.crew.GATE}
        _draft, sent, canceled = (
            desk.place(
                NewOrder(
                    "procurement.order",
                    project="summer",
                    seller="V1",
                    lines=[line_for(need, quantity)],
                    **given,
                )
            )
            for quantity in ("20", "30", "10")
        )
        desk.perform(sent, "send")
        desk.perform(canceled, "cancel")


def _kept(town, tenant):
    """Every row of a tenant but what says which modules are on, and whether it is parked."""
    data = {}
    with reading(town.loom.engine, tenant) as connection:
        for table in (*KEPT, *tables.metadata.tables.values()):
            columns = [column for column in table.c if column.name not in ("parked", "seal")]
            rows = connection.execute(sa.select(*columns).where(table.c.tenant_id == tenant))
            own = [tuple(row) for row in rows if getattr(row, "kind", "") != "tenant"]
            data[table.name] = sorted(own, key=repr)
    return data


def _switch(town, state):
    """Switch it, parking whatever is open."""
    with town.desk(town.mine) as desk:
        plan = desk.admin.plan("procurement", state)
        remedies = [Remedy(type=one.type, status=one.status, kind="park") for one in plan.groups]
        desk.admin.switch("procurement", state, remedies)


def _step(town, dice, switch):
    """One thing an admin might do; what is refused has to leave everything as it was."""
    what = dice.choice(("on", "closing", "off", "uninstall", "install"))
    if what in ("uninstall", "install"):
        town.install(what == "install")
        return what
    try:
        switch(town, what)
    except (Refused, NotFound, ModuleFault):
        assert not town.installed, f"{what} was refused"
    return what


def _others_work(town):
    """A tenant without the module orders as ever; one with it reads, and is told who is missing."""
    with town.desk(town.theirs) as desk:
        order = desk.place(NewOrder("plain.order", lines=[NewLine("Stapler", "1")]))
        assert desk.perform(order, "finish").status == "done"
    with town.reader(town.others) as reader:
        assert len(reader.find(Query()).items) == 3
    if not town.installed:
        with pytest.raises(ModuleFault) as fault, town.desk(town.others) as desk:
            desk.place(NewOrder("procurement.order", lines=[]))
        assert fault.value.module == "procurement"


def _come_and_go(town, dice, sequences, switch=_switch):
    mine, others = _kept(town, town.mine), _kept(town, town.others)
    for _ in range(sequences):
        done = [_step(town, dice, switch) for _ in range(STEPS)]
        _others_work(town)
        assert _kept(town, town.mine) == mine, f"mine: {done}"
        assert _kept(town, town.others) == others, f"others: {done}"


def test_fifty_random_sequences_keep_every_row_and_disturb_nobody(town, dice):
    _come_and_go(town, dice, SEQUENCES)

    town.install(True)
    _switch(town, "on")
    _cancel_draft(town, town.mine)


def _cancel_draft(town, tenant):
    with town.desk(tenant) as desk:
        (draft,) = desk.find(Query(status="draft")).items
        assert desk.perform(draft, "cancel").status == "canceled"


def test_there_is_something_to_lose_in_all_tables_but_two(town):
    """Files are rendered when they are first asked for, and nobody made a request."""
    kept = _kept(town, town.mine)

    empty = [name for name, rows in kept.items() if not rows]
    assert empty == ["ol_document_file", "ol_procurement_request"]


def _where_it_is(town, *hidden):
    """What a process finds whose installation lacks these distributions."""
    command = [sys.executable, str(ABSENT), town.url, town.others, *hidden]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    return told.stdout.split()


def test_a_process_that_cannot_import_it_reads_its_orders_and_keeps_every_row(town):
    mine, others = _kept(town, town.mine), _kept(town, town.others)

    without = _where_it_is(town, "orderloom_procurement")

    assert without == ["import=False", "listed=False", "read=3", "refused=procurement"]
    assert _where_it_is(town) == ["import=True", "listed=True", "read=3", "refused="]
    assert _kept(town, town.mine) == mine
    assert _kept(town, town.others) == others
    _cancel_draft(town, town.others)


@pytest.mark.parametrize("rows", [tables.allocations, schema.deliveries, schema.series], ids=str)
@pytest.mark.parametrize("whose", ["mine", "others"])
def test_a_switch_that_cleans_up_would_be_found(town, dice, whose, rows):
    """What protects is that off deletes nothing, of nobody."""

    def cleaning(town, state):
        _switch(town, state)
        if state == "off":
            tenant = getattr(town, whose)
            with writing(town.loom.engine, tenant) as connection:
                connection.execute(rows.delete().where(rows.c.tenant_id == tenant))

    with pytest.raises(AssertionError, match=f"{whose}: "):
        _come_and_go(town, dice, 5, cleaning)


@pytest.fixture
def later_core(tmp_path, monkeypatch):
    """A core one revision further; call it to have it from now on."""
    package = tmp_path / f"later_{uuid4().hex[:8]}"
    monkeypatch.syspath_prepend(str(tmp_path))

    def upgrade(further=""):
        shutil.copytree(str(files(migrating.CORE.package)), package)
        config = migrating._config(migrating.CORE)
        head = ScriptDirectory.from_config(config).get_current_head()
        text = UPGRADE.format(head=head, further=further)
        (package / "versions" / "9000_later.py").write_text(text)
        present = migrating.CORE
        later = attrs.evolve(present, package=package.name)
        for module in list(sys.modules.values()):
            if getattr(module, "CORE", None) == present and "orderloom" in module.__name__:
                monkeypatch.setattr(module, "CORE", later)
        return later

    return upgrade


@pytest.fixture(params=["sqlite", "postgres"])
def alone(request, crew):
    """A town of one tenant in a database of its own."""
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_engine").url.render_as_string(hide_password=False)
    else:
        url = request.getfixturevalue("database")
    loom = Orderloom(url, modules=[procurement, PLAIN])
    loom.migrate()
    loom.create_tenant("acme", modules=["procurement"])
    made = Town(crew, url, "acme", "", "", loom)
    _fill(made, "acme")
    yield made
    made.loom.close()


def test_the_core_is_upgraded_while_the_module_is_gone(alone, later_core):
    before = _kept(alone, "acme")
    alone.install(False)

    later_core()
    applied = [str(step) for step in alone.loom.migrate()]
    alone.install(True)

    assert applied == ["core core_9000"]
    assert alone.loom.migrate() == []
    assert _kept(alone, "acme") == before
    _cancel_draft(alone, "acme")


def test_an_upgrade_that_loses_a_row_of_it_would_be_found(alone, later_core):
    """What protects is that an upgrade leaves alone what it does not name."""
    before = _kept(alone, "acme")
    alone.install(False)

    later_core("op.execute('DELETE FROM ol_delivery')")
    alone.loom.migrate()

    assert _kept(alone, "acme") != before
