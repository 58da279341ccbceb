"""`orderloom party`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli.directory import Kind, directory_of, say_language
from orderloom.cli.groups import group
from orderloom.cli.importing import add_import
from orderloom.cli.lines import address_of_text, address_text
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.directory.importers import PARTIES
from orderloom.values import Gather, Party, address_of, contact_of

_KIND = Kind(
    name="party",
    find=lambda directory, id: directory.party(id),
    ids=lambda directory: [one.id for one in directory.parties()],
    save=lambda directory, made: directory.save_party(made),
)


@group()
def party() -> None:
    """Parties: the companies and people orders concern."""


add_import(party, PARTIES)


@party.command()
@click.argument("id")
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="Such as vendor; repeat for more.")
@click.option("--address", metavar="ADDRESS", help="Lines above the town, separated by |.")
@click.option("--city", default="")
@click.option("--postal-code", default="")
@click.option("--country", default="", metavar="CODE", help="Two letters.")
@click.option("--contact", "contacts", multiple=True, metavar='"NAME <MAIL> [KIND]"')
@click.option("--language", default="", help="Of its documents, such as en or de-AT.")
@click.option("--currency", default="", metavar="CODE")
@click.option("--supplies", multiple=True, help="What it supplies; repeat for more.")
@click.option("--replace", is_flag=True, help="Replace the party if there is one.")
@pass_session
def add(session: Session, id: str, replace: bool, **given: Any) -> None:
    """Add a party."""
    made = _party(id, given)
    _KIND.add(session, id, made, replace=replace)
    say_language(session, made.language)


def _party(id: str, given: dict[str, Any]) -> Party:
    town = {name: given.pop(name) for name in ("city", "postal_code", "country")}
    address = {**address_of_text(given.pop("address") or ""), **town}
    contacts = given.pop("contacts")
    with Gather() as gather:
        where = gather.take(address_of, address, "address") if any(address.values()) else None
        people = [gather.take(contact_of, text, "contact") for text in contacts]
    return Party(id, **given, address=where, contacts=tuple(filter(None, people)))


@party.command("list")
@click.option("--role", default="", help="Only those that may play it.")
@click.option("--text", default="", help="Only those with this text in id or name.")
@pass_session
def list_parties(session: Session, role: str, text: str) -> None:
    """List the parties by name."""
    with directory_of(session) as known:
        found = known.parties(role=role, text=text)
    rows = [
        (
            one.id,
            one.name,
            sorted(one.roles),
            one.address.city if one.address else "",
            one.primary_contact.email if one.primary_contact else "",
        )
        for one in found
    ]
    session.show(Table(("id", "name", "roles", "city", "email"), rows, spare=("city", "roles")))


@party.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show a party."""
    _KIND.show(session, id, _facts)


def _facts(found: Party) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "roles": sorted(found.roles),
        "address": address_text(found.address),
        "contacts": [
            " ".join(filter(None, (one.name, f"<{one.email}>", one.kind, one.phone)))
            for one in found.contacts
        ],
        "language": found.language,
        "currency": found.currency,
        "supplies": found.supplies,
    }
