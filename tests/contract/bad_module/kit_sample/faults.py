"""The sound module, broken in one place: each function answers one bad module."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from types import FunctionType
from typing import Any

import attrs
import sqlalchemy as sa
from kit_sample import current, healthy
from kit_sample.healthy import manifest, orders, sample_module

from orderloom import (
    START,
    Action,
    Column,
    CommandGroup,
    Conflict,
    LinePrice,
    Message,
    NewSubject,
    Permission,
    Price,
    Problem,
    Role,
    Status,
    hookimpl,
    module_data,
)
from orderloom.documents import Paragraph
from orderloom.store import NAMING, tenant_table, to_tenant

FAULTS: dict[str, tuple[Callable[[], Any], str, str]] = {}
"""Name of the fault -> (the bad module, the check that finds it, words of the finding)."""


def seeded(check: str, words: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def keep(build: Callable[[], Any]) -> Callable[[], Any]:
        FAULTS[build.__name__] = (build, check, words)
        return build

    return keep


def named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = name
    return function


def registers(hook: str, record: Any) -> Any:
    return named(hook, lambda: record)


# ── what stands ────────────────────────────────────────────────────────────────────────────


@seeded("manifest_is_complete", "no module suplier is installed")
def touches_a_misspelt_type() -> Any:
    return sample_module(module=manifest(touches={"suplier.order"}))


@seeded("manifest_is_complete", "It requires visits")
def requires_what_is_not_installed() -> Any:
    return sample_module(module=manifest(requires={"visits"}))


@seeded("manifest_is_complete", "To run before procurement")
def runs_before_a_misspelt_module() -> Any:
    return sample_module(module=manifest(before={"procurment"}))


@seeded("manifest_is_complete", "The title of the module is no readable line")
def has_a_blank_title() -> Any:
    return sample_module(module=manifest(title=" "))


@seeded("hooks_are_known", "Did you mean on_order_placed?")
def implements_a_misspelt_hook() -> Any:
    def on_order_place(order: Any) -> None:
        return None

    return sample_module(on_order_place)


@seeded("hooks_are_known", "Did you mean options?")
def asks_for_a_misspelt_argument() -> Any:
    def check_action(option: Any) -> None:
        return None

    return sample_module(check_action)


@seeded("hooks_are_known", "almost named like a hook")
def forgets_the_mark_and_a_letter() -> Any:
    def on_order_place(order: Any) -> None:
        return None

    return sample_module(on_order_place=FunctionType(on_order_place.__code__, {}))


@seeded("hooks_are_known", "tryfirst is refused")
def runs_first_by_force() -> Any:
    def check_subject(subject: Any) -> None:
        return None

    return sample_module(check_subject=hookimpl(tryfirst=True)(check_subject))


@seeded("contributions_fit_together", "stuck")
def adds_a_dead_end() -> Any:
    def extend_lifecycle(lifecycle: Any) -> Any:
        if lifecycle.name == "sample.order":
            stuck = lifecycle.with_status(Status("stuck", "Stuck", stage="open"))
            return stuck.with_action(Action("jam", source="draft", target="stuck"))
        return None

    return sample_module(extend_lifecycle)


@seeded("contributions_fit_together", "sample.letter, which is no document")
def issues_an_unknown_document() -> Any:
    place = Action("place", source=START, target="draft", issues="sample.letter")
    actions = (place, *orders().actions[1:])
    lifecycle = orders(actions=actions)
    return sample_module(registers("register_order_types", healthy.order_type(lifecycle=lifecycle)))


@seeded("contributions_are_repeatable", "sample.order of register_order_types was not the same")
def counts_its_registrations() -> Any:
    count = itertools.count()

    def register_order_types() -> Any:
        return healthy.order_type(title=f"Sample order {next(count)}")

    return sample_module(register_order_types)


@seeded("data_can_be_upgraded", "no upgrade for records of version 1")
def forgets_an_upgrade() -> Any:
    @module_data("sample", v=2)
    @attrs.frozen
    class Grown:
        name: str = ""

    return sample_module(Grown=Grown)


@seeded("data_can_be_upgraded", "could be another module's")
def keeps_data_under_a_foreign_key() -> Any:
    @module_data("procurement.sample")
    @attrs.frozen
    class Foreign:
        name: str = ""

    return sample_module(Foreign=Foreign)


# ── what is declared ───────────────────────────────────────────────────────────────────────


@seeded("names_are_well_formed", "The key of field size could be any module's")
def registers_a_bare_key() -> Any:
    field = attrs.evolve(healthy.register_fields(), key="size")
    return sample_module(registers("register_fields", field))


@seeded("names_are_well_formed", "looks like a key, not like a label: 'sample_order'")
def labels_a_type_by_its_key() -> Any:
    return sample_module(
        registers("register_order_types", healthy.order_type(title="sample_order"))
    )


@seeded("names_are_well_formed", "To have it found, name it sample.")
def hides_its_commands() -> Any:
    group = CommandGroup(name="till", help="A till.", target="kit_sample.commands:sample")
    return sample_module(registers("register_commands", group))


@seeded("permissions_exist", "did you mean sample.order.edit?")
def permits_what_there_is_not() -> Any:
    role = Role(key="sample.editor", title="Editor", permissions={"sample.order.edits"})
    return sample_module(module=manifest(roles=(*healthy.roles(), role)))


@seeded("permissions_exist", "Action cancel of sample.order asks for sample.stop")
def asks_for_an_unregistered_permission() -> Any:
    edit = Permission("sample.order.edit", "Edit")
    roles = healthy.roles()[1:]
    return sample_module(registers("register_permissions", edit), module=manifest(roles=roles))


@seeded("permissions_exist", "a permission for plcae, which is no command")
def guards_a_misspelt_command() -> Any:
    record = healthy.order_type(permissions={"plcae": "sample.order.edit"})
    return sample_module(registers("register_order_types", record))


@seeded("settings_can_be_set", "Setting most has no default")
def has_a_setting_without_default() -> Any:
    @attrs.frozen
    class Settings:
        most: int

    return sample_module(
        registers("register_documents", healthy.slip(build=plain_slip)),
        module=manifest(settings=Settings),
    )


@seeded("settings_can_be_set", "Setting share, shown as '10', becomes 20")
def has_a_setting_that_grows() -> Any:
    @attrs.frozen
    class Settings:
        share: int = attrs.field(default=5, converter=lambda raw: raw * 2)

    return sample_module(
        registers("register_documents", healthy.slip(build=plain_slip)),
        module=manifest(settings=Settings),
    )


def plain_slip(inputs: Any, reading: Any) -> list[Any]:
    return [Paragraph("A slip.")]


@seeded("notifications_listen", "listens to sended, which never happens")
def listens_to_nothing() -> Any:
    return sample_module(registers("register_notifications", healthy.mail(on="sended")))


@seeded("notifications_listen", "attaches sample.letter")
def attaches_nothing() -> Any:
    record = healthy.mail(attach="sample.letter", when=lambda event, order: False)
    return sample_module(registers("register_notifications", record))


@seeded("commands_have_help", "`orderloom sample count` does not say what it does")
def does_not_explain_a_command() -> Any:
    group = CommandGroup(name="sample", help="Samples.", target="kit_sample.commands:silent")
    return sample_module(registers("register_commands", group))


@seeded("commands_have_help", "kit_sample.commands:smaple is no command group")
def names_a_missing_command() -> Any:
    group = CommandGroup(name="sample", help="Samples.", target="kit_sample.commands:smaple")
    return sample_module(registers("register_commands", group))


@seeded("importers_have_headings", "Column title of importer sample.visits is not explained")
def does_not_explain_a_column() -> Any:
    columns = (Column(name="title", required=True), healthy.importer().columns[1])
    return sample_module(registers("register_importers", healthy.importer(columns=columns)))


@seeded("importers_have_headings", "falls over a row of 'x': ValueError")
def falls_over_a_bad_cell() -> Any:
    def read(row: Any, desk: Any) -> Any:
        return NewSubject("sample.visit", str(int(row["people"])))

    return sample_module(registers("register_importers", healthy.importer(read=read)))


# ── tables ─────────────────────────────────────────────────────────────────────────────────


def own_tables(*items: Any, name: str = "ol_sample_size") -> sa.MetaData:
    metadata = sa.MetaData(naming_convention=NAMING)
    columns = (
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        to_tenant(),
    )
    tenant_table(name, *columns, *items, primary=("id",), metadata=metadata)
    return metadata


def revised(made: sa.MetaData, declared: sa.MetaData | None = None, **more: Any) -> Any:
    """A module whose revision makes some tables, and whose manifest declares perhaps others."""

    def upgrade(op: Any) -> None:
        made.create_all(op.get_bind(), checkfirst=False)
        more.get("also", lambda op: None)(op)

    def downgrade(op: Any) -> None:
        if more.get("leaves") is None:
            made.drop_all(op.get_bind(), checkfirst=False)
        more.get("undo", lambda op: None)(op)

    current.upgrade, current.downgrade = upgrade, downgrade
    tables = declared or made
    return sample_module(
        *_on_table(tables.tables["ol_sample_size"]),
        module=manifest(tables=tables, migrations="kit_sample.changing_migrations"),
    )


def _on_table(table: sa.Table) -> tuple[Any, ...]:
    """The hooks that use the table."""
    row = sa.insert(table)

    def on_order_placed(order: Any, writing: Any) -> None:
        writing.execute(row, {"id": order.id, "lines": len(order.lines)})
        writing.place(NewSubject("sample.visit", "Look at it"))

    return (on_order_placed,)


@seeded(
    "tables_belong_to_tenants", "An index of table ol_sample_size does not begin with tenant_id"
)
def indexes_across_tenants() -> Any:
    return revised(own_tables(sa.Index(None, "lines")))


@seeded("migrations_make_the_tables", "The columns of table ol_sample_size are not those")
def declares_a_column_nobody_makes() -> Any:
    return revised(own_tables(), own_tables(sa.Column("note", sa.Text)))


@seeded("migrations_make_the_tables", "leave ol_sample_size")
def leaves_tables_behind() -> Any:
    return revised(own_tables(), leaves=True)


@seeded("migrations_make_the_tables", "change table ol_party, which is not its own")
def changes_a_table_of_the_core() -> Any:
    return revised(
        own_tables(),
        also=lambda op: op.add_column("ol_party", sa.Column("rating", sa.Integer)),
        undo=lambda op: op.drop_column("ol_party", "rating"),
    )


@seeded("it_can_leave_and_return", "Switched off, it keeps orders of other modules from")
def guards_tables_of_the_core() -> Any:
    trigger = """
    CREATE TRIGGER ol_sample_guard BEFORE INSERT ON ol_subject
    WHEN NEW.kind = 'order' AND NOT EXISTS (
        SELECT 1 FROM ol_tenant_module AS one
        WHERE one.tenant_id = NEW.tenant_id AND one.module = 'sample' AND one.state = 'on'
    ) BEGIN SELECT RAISE(ABORT, 'switch sample on'); END
    """
    return revised(
        own_tables(),
        also=lambda op: op.execute(trigger),
        undo=lambda op: op.execute("DROP TRIGGER ol_sample_guard"),
    )


# ── what is done ───────────────────────────────────────────────────────────────────────────


@seeded("statuses_are_reached", "Action make of sample.visit was never performed")
def refuses_for_good() -> Any:
    def check_action(action: Any) -> Any:
        if action.name == "make":
            return Problem("sample.never", "To make it, wait for a better day.")
        return None

    return sample_module(check_action)


@seeded("hooks_run", "Nothing that was tried made on_order_deleted run")
def checks_what_never_happens() -> Any:
    draft = attrs.evolve(orders().statuses[0], deletable=False)
    planned = attrs.evolve(healthy.VISITS.statuses[0], deletable=False)
    lifecycle = orders(statuses=(draft, *orders().statuses[1:]))
    visits = attrs.evolve(healthy.VISITS, statuses=(planned, healthy.VISITS.statuses[1]))
    visit = attrs.evolve(healthy.register_subjects(), lifecycle=visits)
    return sample_module(
        registers("register_order_types", healthy.order_type(lifecycle=lifecycle)),
        registers("register_subjects", visit),
    )


@seeded("rights_are_asked", "Anybody may edit: remarks a sample.order")
def lets_anybody_edit() -> Any:
    record = healthy.order_type(permissions={"edit": ""})
    return sample_module(registers("register_order_types", record))


@seeded("rights_are_asked", "Anybody may read a sample.visit")
def lets_anybody_read() -> Any:
    visit = attrs.evolve(healthy.register_subjects(), permissions={"read": ""})
    return sample_module(registers("register_subjects", visit))


@seeded("checks_only_read", "check_order writes: UPDATE ol_sample_size")
def writes_while_deciding() -> Any:
    def check_order(order: Any, reading: Any) -> None:
        reading.execute(healthy.MORE, {"at": order.id, "count": 0})

    return sample_module(check_order)


@seeded("decisions_are_repeatable", "came out differently")
def prices_by_chance() -> Any:
    count = itertools.count(1)

    def price_line(order: Any) -> Any:
        return LinePrice(Price(Decimal(next(count)), order.currency), "next")

    return sample_module(price_line)


@seeded("explanations_are_given", "Asked whether judge is possible, it fails")
def needs_options_to_explain() -> Any:
    def check_action(action: Any, options: Any) -> None:
        if action.name == "judge":
            bool(options.good)

    return sample_module(check_action)


def refusing(problem: Problem) -> Any:
    def check_order(order: Any) -> Any:
        return problem if not order.lines else None

    return sample_module(check_order)


@seeded("problems_are_well_made", "The code of problem empty could be any module's")
def answers_a_bare_code() -> Any:
    return refusing(Problem("empty", "It has no lines. To place it, add one."))


@seeded("problems_are_well_made", "is not filled in: {what} are missing")
def forgets_its_parameters() -> Any:
    return refusing(Problem("sample.empty", "{what} are missing. To place it, add some."))


@seeded("problems_are_well_made", "does not say what to do: No lines!")
def gives_no_remedy() -> Any:
    return refusing(Problem("sample.empty", "No lines!"))


class TooLate(Conflict):
    def __init__(self, hour: int, minute: int) -> None:
        super().__init__(f"It is {hour}:{minute}.")


@seeded("problems_are_well_made", "TooLate of on_order_edited cannot be handed")
def raises_what_cannot_travel() -> Any:
    def on_order_edited(order: Any) -> None:
        if order.remarks:
            raise TooLate(12, 30)

    return sample_module(on_order_edited)


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
    record = healthy.mail(write=lambda *_: Message(subject="A slip", text="Dear {vendor}"))
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
