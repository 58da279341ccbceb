"""Parties from CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from orderloom.directory import gates
from orderloom.directory.importers.rows import counted, given_in, in_columns, parts_of, whole
from orderloom.directory.imports import KeyColumn
from orderloom.errors import Refused
from orderloom.modules.contributions import Column, Importer, Stored
from orderloom.values import Address, Contact, Gather, Party

# Which column a gate's field was read from.
_COLUMNS = {
    "address": "address",
    "address.lines": "address",
    "address.city": "city",
    "address.postal_code": "postal code",
    "address.country": "country",
    "contacts[0].name": "contact",
    "contacts[0].email": "email",
    "contacts[0].phone": "phone",
}


def _party(cells: Mapping[str, str], desk: Any) -> Party:
    id = cells["id"]
    before = desk.directory.party(id) or Party(id, "")
    given = given_in(
        cells, name=str, roles=_roles, language=str, currency=str.upper, supplies=parts_of
    )
    given |= {"address": _address(cells, before), "contacts": _contacts(cells, before)}
    with Gather() as gather:
        made = gather.take(_gated_party, attrs.evolve(before, **given))
        if made:
            gather.take(_check_roles, made.roles - before.roles, desk)
    return whole(made)


def _gated_party(party: Party) -> Party:
    try:
        return gates.party_of(party)
    except Refused as refusal:
        raise in_columns(refusal, _COLUMNS) from None


def _check_roles(roles: Iterable[str], desk: Any) -> None:
    """The first look at roles: who plays which is asked, of all parties, only of suspects."""
    suspects = [role for role in roles if gates.misspelt(role, gates.PARTY_ROLES)]
    if suspects:
        desk.directory.check_party_roles(suspects)


def _roles(cell: str) -> tuple[str, ...]:
    return tuple(role.casefold().replace(" ", "_") for role in parts_of(cell))


def _address(cells: Mapping[str, str], before: Party) -> Address | None:
    old = before.address or Address(())
    given = given_in(cells, city=str, country=str)
    if "address" in cells:
        given["lines"] = parts_of(cells["address"])
    if "postal code" in cells:
        given["postal_code"] = cells["postal code"]
    made = attrs.evolve(old, **given)
    return None if made == Address((), region=old.region) else made


def _contacts(cells: Mapping[str, str], before: Party) -> tuple[Contact, ...]:
    """The first contact as the file says, and the others; none if it leaves nothing of the first.

    A contact without a name is greeted as its mail address.
    """
    old, *others = before.contacts or (Contact(""),)
    name = "" if old.name == old.email else old.name
    given = {"name": name, **given_in(cells, email=str, phone=str)}
    if "contact" in cells:
        given["name"] = cells["contact"]
    made = attrs.evolve(old, **given)
    if not (made.name or made.email or made.phone):
        return ()
    named = attrs.evolve(made, name=made.name or made.email or cells["name"])
    return (named, *others)


def _save_parties(records: Sequence[Party], desk: Any) -> Stored:
    directory = desk.directory
    return counted(directory.save_party(party) for party in records)


PARTIES: Final = Importer(
    key="parties",
    title="Parties",
    columns=(
        KeyColumn(name="id", required=True, aliases=("key", "number"), help="such as V-100"),
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
)
