"""What is declared: names, permissions, settings, notifications, commands, importers."""

from __future__ import annotations

from typing import Any

import attrs
from kit_sample import healthy
from kit_sample.faults.seeding import registers, seeded
from kit_sample.healthy import manifest, sample_module

from orderloom import (
    Column,
    CommandGroup,
    Guarded,
    NewSubject,
    Permission,
    Role,
    Template,
)
from orderloom.documents import Paragraph


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


@seeded("permissions_exist", "Guard Prices of sample.order asks for sample.prices")
def guards_by_a_permission_nobody_has() -> Any:
    prices = Guarded("sample.prices", fields="prices", title="Prices")
    record = healthy.order_type(guards=(prices,))
    return sample_module(registers("register_order_types", record))


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


@seeded("notifications_listen", "with files of the kind photo, which come with no action")
def mails_files_nothing_brings() -> Any:
    return sample_module(registers("register_notifications", healthy.mail(files="photo")))


@seeded("permissions_exist", "Notification sample.mail asks for sample.order.tolled")
def mails_by_a_permission_nobody_has() -> Any:
    record = healthy.mail(permission="sample.order.tolled")
    return sample_module(registers("register_notifications", record))


@seeded("notifications_listen", "sample.mail is not translated into es")
def translates_half_of_it() -> Any:
    half = Template(subject="Slip {order.number}", text="Nobody has translated this.")
    record = healthy.mail(template=half)
    words = manifest(locale="kit_sample.words")
    return sample_module(registers("register_notifications", record), module=words)


@seeded("notifications_listen", "sample.mail is mistranslated: kit_sample.words.es.subject: There")
def translates_a_placeholder() -> Any:
    return sample_module(module=manifest(locale="kit_sample.words"))


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
