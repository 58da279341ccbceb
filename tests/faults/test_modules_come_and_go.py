"""Fifty random sequences of switching, uninstalling and installing a module: nothing is lost."""

from __future__ import annotations

import shutil
import sys
from importlib.resources import files
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

UPGRADE = """
import sqlalchemy as sa
from alembic import op

revision = "core_9000"
down_revision = {head!r}


def upgrade():
    op.create_table("ol_later", sa.Column("tenant_id", sa.String(63), primary_key=True))


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
    """A need half covered by a draft and a sent order, and one that was canceled."""
    with town.desk(tenant) as desk:
        desk.directory.save_project(Project("summer", "Summer festival"))
        desk.directory.save_party(Party("V1", "Vendor V1", roles={"vendor"}))
        need = add_need(
            desk, NewNeed(project="summer", department="Seats", name="Chair", quantity="100")
        )
        for quantity in ("20", "30"):
            lines = [line_for(need, quantity)]
            order = desk.place(NewOrder("procurement.order", project="summer", lines=lines))
        desk.perform(order, "cancel")


def _kept(town, tenant):
    """Every row of a tenant but what says which modules are on, and whether it is parked."""
    data = {}
    with reading(town.loom.engine, tenant) as connection:
        for table in (
            schema.subjects,
            schema.lines,
            schema.events,
            *tables.metadata.tables.values(),
        ):
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
        assert len(reader.find(Query()).items) == 2
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
    with town.desk(town.mine) as desk:
        (draft,) = desk.find(Query(status="draft")).items
        assert desk.perform(draft, "cancel").status == "canceled"


@pytest.mark.parametrize("whose", ["mine", "others"])
def test_a_switch_that_cleans_up_would_be_found(town, dice, whose):
    """What protects is that off deletes nothing, of nobody."""

    def cleaning(town, state):
        _switch(town, state)
        if state == "off":
            tenant = getattr(town, whose)
            with writing(town.loom.engine, tenant) as connection:
                rows = tables.allocations
                connection.execute(rows.delete().where(rows.c.tenant_id == tenant))

    with pytest.raises(AssertionError, match=f"{whose}: "):
        _come_and_go(town, dice, 5, cleaning)


@pytest.fixture
def later_core(tmp_path, monkeypatch):
    """A core one revision further; call it to have it from now on."""
    package = tmp_path / f"later_{uuid4().hex[:8]}"
    monkeypatch.syspath_prepend(str(tmp_path))

    def upgrade():
        shutil.copytree(str(files(migrating.CORE.package)), package)
        config = migrating._config(migrating.CORE)
        head = ScriptDirectory.from_config(config).get_current_head()
        (package / "versions" / "9000_later.py").write_text(UPGRADE.format(head=head))
        present = migrating.CORE
        later = attrs.evolve(present, package=package.name)
        for module in list(sys.modules.values()):
            if getattr(module, "CORE", None) == present and "orderloom" in module.__name__:
                monkeypatch.setattr(module, "CORE", later)
        return later

    return upgrade


def test_the_core_is_upgraded_while_the_module_is_gone(sqlite_engine, crew, later_core):
    url = sqlite_engine.url.render_as_string(hide_password=False)
    loom = Orderloom(url, modules=[procurement])
    loom.create_tenant("acme", modules=["procurement"])
    town = Town(crew, url, "acme", "", "", loom)
    _fill(town, "acme")
    before = _kept(town, "acme")
    town.install(False)

    later_core()
    applied = [str(step) for step in town.loom.migrate()]
    town.install(True)
    town.loom.migrate()

    assert applied == ["core core_9000"]
    assert _kept(town, "acme") == before
    with town.desk("acme") as desk:
        (draft,) = desk.find(Query(status="draft")).items
        assert desk.perform(draft, "cancel").status == "canceled"
    town.loom.close()
