"""The core's own importers: parties, products, units, projects and users from CSV files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

import attrs

from orderloom.directory import gates
from orderloom.directory.records import Product, User
from orderloom.errors import Problem, Refused
from orderloom.modules.contributions import Column, Importer
from orderloom.values import (
    Address,
    Contact,
    Gather,
    Party,
    Project,
    Unit,
    date_of,
    shown,
)

T = TypeVar("T")

_SEPARATOR = re.compile(r"[;|\n]")
_NO = {"no", "n", "false", "0", "inactive"}
_YES = {"", "yes", "y", "true", "1", "active"}

# Which column a gate's field was read from.
_PARTY_COLUMNS = {
    "address": "address",
    "address.lines": "address",
    "address.city": "city",
    "address.postal_code": "postal code",
    "address.country": "country",
    "contacts[0].name": "contact",
    "contacts[0].email": "email",
    "contacts[0].phone": "phone",
}


def _read(record: T | None) -> T:
    """A record that a `Gather` let through: without one, leaving its block has raised."""
    assert record is not None
    return record


def _parts(cell: str) -> tuple[str, ...]:
    """The texts in a cell that holds several, separated by ; or | or lines."""
    return tuple(part.strip() for part in _SEPARATOR.split(cell) if part.strip())


def _in_columns(refusal: Refused, columns: Mapping[str, str]) -> Refused:
    """The same problems at the columns their fields were read from."""
    return Refused(
        attrs.evolve(problem, field=columns.get(field, field.partition("[")[0]))
        for problem in refusal.problems
        for field in (problem.field,)
    )


def _party(cells: Mapping[str, str], _: Any) -> Party:
    roles: Any = [role.casefold().replace(" ", "_") for role in _parts(cells["roles"])]
    try:
        return gates.party_of(
            Party(
                cells["id"],
                cells["name"],
                roles=roles,
                address=_address(cells),
                contacts=_contacts(cells),
                language=cells["language"],
                currency=cells["currency"].upper(),
                supplies=_parts(cells["supplies"]),
            )
        )
    except Refused as refusal:
        raise _in_columns(refusal, _PARTY_COLUMNS) from None


def _address(cells: Mapping[str, str]) -> Address | None:
    made = Address(
        _parts(cells["address"]),
        postal_code=cells["postal code"],
        city=cells["city"],
        country=cells["country"],
    )
    return None if made == Address(()) else made


def _contacts(cells: Mapping[str, str]) -> tuple[Contact, ...]:
    name, email, phone = cells["contact"], cells["email"], cells["phone"]
    if not (name or email or phone):
        return ()
    return (Contact(name or email or cells["name"], email=email, phone=phone),)


def _save_parties(records: Sequence[Party], desk: Any) -> int:
    return sum(desk.directory.save_party(party).created for party in records)


PARTIES: Final = Importer(
    key="parties",
    title="Parties",
    columns=(
        Column(name="id", required=True, aliases=("key", "number"), help="such as V-100"),
        Column(name="name", required=True, aliases=("company",), help="as printed on documents"),
        Column(name="roles", aliases=("role",), help="such as vendor; several with ; or |"),
        Column(name="email", aliases=("e-mail", "mail"), help="such as orders@vendor.example"),
        Column(name="contact", aliases=("contact name", "person"), help="whom to greet"),
        Column(name="phone", aliases=("telephone",), help="as written"),
        Column(name="address", aliases=("street",), help="lines above the town, with ; or |"),
        Column(name="city", aliases=("town",)),
        Column(name="postal code", aliases=("zip", "zip code", "postcode")),
        Column(name="country", aliases=("country code",), help="two letters, such as AT"),
        Column(name="language", help="such as en or de-AT"),
        Column(name="currency", help="such as EUR"),
        Column(name="supplies", help="what it supplies; several with ; or |"),
    ),
    read=_party,
    store=_save_parties,
    permission="directory.import",
)


def _product(cells: Mapping[str, str], desk: Any) -> Product:
    with Gather() as gather:
        pairs = gather.take(_conversions, cells["conversions"])
        specs = gather.take(_labelled, cells["specs"], "specs", ":")
        suppliers = _parts(cells["suppliers"])
        gather.take(desk.directory.check_suppliers, suppliers)
        made = gather.take(
            _gated_product,
            Product(
                id=cells["id"],
                name=cells["name"],
                unit=cells["unit"] or "C62",
                conversions=pairs or (),
                specs=specs or (),
                suppliers=suppliers,
            ),
            desk.directory.units(),
        )
    return _read(made)


def _gated_product(product: Product, units: Mapping[str, Unit]) -> Product:
    try:
        return gates.product_of(product, units)
    except Refused as refusal:
        raise _in_columns(refusal, {}) from None


def _conversions(cell: str) -> tuple[tuple[str, str], ...]:
    return _labelled(cell, "conversions", "=")


def _labelled(cell: str, column: str, sign: str) -> tuple[tuple[str, str], ...]:
    """Pairs such as “dozen=12; box=48” or “colour: white; load: 150 kg”."""
    pairs = []
    with Gather() as gather:
        for part in _parts(cell):
            label, found, text = (piece.strip() for piece in part.partition(sign))
            if not (label and found and text):
                gather.add(_not_labelled(part, column, sign))
            pairs.append((label, text))
    return tuple(pairs)


def _not_labelled(part: str, column: str, sign: str) -> Problem:
    template = "“{given}” is incomplete. To go on, write {example}; several with ; or |."
    example = "dozen=12" if sign == "=" else "colour: white"
    params = {"given": shown(part), "example": example}
    return Problem("import.not_a_pair", template, column, params=params)


def _save_products(records: Sequence[Product], desk: Any) -> int:
    return sum(desk.directory.save_product(product).created for product in records)


PRODUCTS: Final = Importer(
    key="products",
    title="Products",
    columns=(
        Column(name="id", required=True, aliases=("sku", "article", "number")),
        Column(name="name", required=True, help="as printed on documents"),
        Column(name="unit", help="such as C62, kg or metre; piece if empty"),
        Column(name="conversions", help="such as dozen=12; several with ; or |"),
        Column(name="specs", aliases=("specification",), help="such as colour: white; size: L"),
        Column(name="suppliers", aliases=("supplier", "vendors", "vendor"), help="ids of parties"),
    ),
    read=_product,
    store=_save_products,
    permission="directory.import",
)


def _unit(cells: Mapping[str, str], _: Any) -> Unit:
    digits = cells["digits"] or "0"
    number = int(digits) if len(digits) == 1 and digits in "0123456789" else -1
    return gates.own_unit_of(Unit(cells["code"], cells["symbol"], cells["title"], number))


def _save_units(records: Sequence[Unit], desk: Any) -> int:
    return sum(desk.directory.save_unit(unit).created for unit in records)


UNITS: Final = Importer(
    key="units",
    title="Units",
    columns=(
        Column(name="code", required=True, help="at most 16 characters, such as FLIGHTCASE"),
        Column(name="symbol", help="as printed after a number; the code if empty"),
        Column(name="title", aliases=("name",), help="in the singular; the code if empty"),
        Column(name="digits", aliases=("decimals",), help="decimals offered, 0 to 6"),
    ),
    read=_unit,
    store=_save_units,
    permission="directory.import",
)


def _project(cells: Mapping[str, str], _: Any) -> Project:
    with Gather() as gather:
        starts = gather.take(date_of, cells["starts"], "starts") if cells["starts"] else None
        ends = gather.take(date_of, cells["ends"], "ends") if cells["ends"] else None
        made = gather.take(_gated_project, cells, starts, ends)
    return _read(made)


def _gated_project(cells: Mapping[str, str], starts: date | None, ends: date | None) -> Project:
    id, title, prefix = cells["id"], cells["title"], cells["prefix"]
    return gates.project_of(Project(id, title, prefix=prefix, starts=starts, ends=ends))


def _save_projects(records: Sequence[Project], desk: Any) -> int:
    return sum(desk.directory.save_project(project).created for project in records)


PROJECTS: Final = Importer(
    key="projects",
    title="Projects",
    columns=(
        Column(name="id", required=True, aliases=("key",), help="such as summer-2027"),
        Column(name="title", required=True, aliases=("name",)),
        Column(name="prefix", help="put before order numbers"),
        Column(name="starts", aliases=("start", "from"), help="such as 2027-07-01"),
        Column(name="ends", aliases=("end", "to"), help="such as 2027-07-04"),
    ),
    read=_project,
    store=_save_projects,
    permission="directory.import",
)


def _user(cells: Mapping[str, str], desk: Any) -> User:
    """Grants are added to those there are: a file without that column takes nothing away."""
    before = desk.directory.user(cells["id"])
    with Gather() as gather:
        active = gather.take(_yes_or_no, cells["active"], "active")
        read = [gather.take(gates.grant_of, part, "grants") for part in _parts(cells["grants"])]
        given = tuple(grant for grant in read if grant is not None)
        gather.take(desk.directory.check_scopes, given)
        made = gather.take(
            gates.user_of,
            User(
                id=cells["id"],
                name=cells["name"],
                email=cells["email"],
                language=cells["language"],
                active=bool(active),
                grants=(*(before.grants if before else ()), *given),
            ),
        )
    return _read(made)


def _yes_or_no(cell: str, column: str) -> bool:
    word = cell.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    template = "“{given}” is neither yes nor no. To go on, write one of them."
    raise Refused(
        [Problem("import.not_yes_or_no", template, column, params={"given": shown(cell)})]
    )


def _save_users(records: Sequence[User], desk: Any) -> int:
    return sum(desk.directory.save_user(user).created for user in records)


USERS: Final = Importer(
    key="users",
    title="Users",
    columns=(
        Column(name="id", required=True, aliases=("user", "login")),
        Column(name="name"),
        Column(name="email", aliases=("e-mail", "mail")),
        Column(name="language", help="such as en or de-AT"),
        Column(name="active", help="yes or no; yes if empty"),
        Column(
            name="grants",
            aliases=("grant", "roles", "role"),
            help="such as procurement.buyer@project:summer; several with ; or |",
        ),
    ),
    read=_user,
    store=_save_users,
    permission="directory.import",
)

IMPORTERS: Final = (PARTIES, PRODUCTS, UNITS, PROJECTS, USERS)
