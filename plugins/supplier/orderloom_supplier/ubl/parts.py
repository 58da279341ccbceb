"""What several messages have in common, written and read: traders, addresses, days, extras."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom import (
    Address,
    Contact,
    Money,
    TaxRate,
    address_of,
    contact_of,
    decimal_of,
    plain,
)
from orderloom_supplier.ubl.names import OUT_OF_SCOPE, TAX_CATEGORIES, TAX_SCHEME
from orderloom_supplier.ubl.records import Extra, Trader
from orderloom_supplier.ubl.source import Node
from orderloom_supplier.ubl.tree import Element, cac, cbc

# A participant of the Peppol network: four digits of ISO 6523, or a scheme such as "9930".
ENDPOINT: Final = re.compile(r"\d{4}:[A-Za-z0-9.:_-]{1,50}")


# ── traders ────────────────────────────────────────────────────────────────────────────────


def write_trader(name: str, trader: Trader) -> Element | None:
    """A party under the name of the part it plays ("BuyerCustomerParty")."""
    scheme, _, value = trader.endpoint.partition(":")
    party = cac(
        "Party",
        cbc("EndpointID", value, schemeID=scheme),
        cac("PartyIdentification", cbc("ID", trader.id)),
        write_address("PostalAddress", trader.address),
        cac("PartyLegalEntity", cbc("RegistrationName", trader.name)),
        write_contact(trader.contact),
    )
    return cac(name, party)


def read_trader(message: Node, name: str) -> Trader:
    """A party of a message, by its trading name if it gives one."""
    party = message.node(f"cac:{name}/cac:Party")
    if party is None:
        text = "The message does not say who this is. To go on, send it with the party."
        message.problem("missing", text, f"cac:{name}/cac:Party")
        return Trader(name="")
    registered = "cac:PartyLegalEntity/cbc:RegistrationName"
    title = party.text("cac:PartyName/cbc:Name") or party.text(registered, required=True)
    ids = [each.text("cbc:ID") for each in party.nodes("cac:PartyIdentification")]
    return Trader(
        name=title,
        id=next(filter(None, ids), ""),
        endpoint=_endpoint(party),
        address=read_address(party, "cac:PostalAddress"),
        contact=read_contact(party),
    )


def _endpoint(party: Node) -> str:
    value, found = party.text("cbc:EndpointID"), party.node("cbc:EndpointID")
    if not value or found is None:
        return ""
    endpoint = f"{found.element.get('schemeID', '')}:{value}"
    if not ENDPOINT.fullmatch(endpoint):
        text = "“{given}” is no participant. To go on, send scheme and value, such as 0088:7300…"
        party.problem("endpoint", text, "cbc:EndpointID", given=endpoint[:60])
        return ""
    return endpoint


def write_contact(contact: Contact | None) -> Element | None:
    """A contact by name, phone and e-mail address."""
    if contact is None:
        return None
    return cac(
        "Contact",
        cbc("Name", contact.name),
        cbc("Telephone", contact.phone),
        cbc("ElectronicMail", contact.email),
    )


def read_contact(party: Node) -> Contact | None:
    """The contact of a party; named by its e-mail address or phone if it has no name."""
    found = party.node("cac:Contact")
    if found is None:
        return None
    given = {
        "name": found.text("cbc:Name"),
        "phone": found.text("cbc:Telephone"),
        "email": found.text("cbc:ElectronicMail"),
    }
    if not any(given.values()):
        return None
    given["name"] = given["name"] or given["email"] or given["phone"]
    return found.gather.take(contact_of, given, found.path)


# ── addresses ──────────────────────────────────────────────────────────────────────────────


def write_address(name: str, address: Address | None) -> Element | None:
    """An address: two lines of their own, all further ones together."""
    if address is None:
        return None
    street, additional, *more = (*address.lines, "", "")
    return cac(
        name,
        cbc("StreetName", street),
        cbc("AdditionalStreetName", additional),
        cbc("CityName", address.city),
        cbc("PostalZone", address.postal_code),
        cbc("CountrySubentity", address.region),
        cac("AddressLine", cbc("Line", "\n".join(filter(None, more)))),
        cac("Country", cbc("IdentificationCode", address.country)),
    )


def read_address(node: Node, names: str) -> Address | None:
    """An address, None if it is not there or empty."""
    found = node.node(names)
    if found is None:
        return None
    more = found.text("cac:AddressLine/cbc:Line", longest=1600, multiline=True)
    street = (found.text("cbc:StreetName"), found.text("cbc:AdditionalStreetName"))
    given: dict[str, Any] = {
        "lines": [line for line in (*street, *more.split("\n")) if line],
        "city": found.text("cbc:CityName"),
        "postal_code": found.text("cbc:PostalZone"),
        "region": found.text("cbc:CountrySubentity"),
        "country": found.text("cac:Country/cbc:IdentificationCode"),
    }
    return found.gather.take(address_of, given, found.path) if any(given.values()) else None


# ── days, quantities, amounts ──────────────────────────────────────────────────────────────


def write_period(name: str, day: date | None) -> Element | None:
    """One day as the period UBL wants."""
    text = day.isoformat() if day else ""
    return cac(name, cbc("StartDate", text), cbc("EndDate", text))


def read_period(node: Node, names: str) -> date | None:
    """The day by which a period ends, else that on which it starts."""
    found = node.node(names)
    if found is None:
        return None
    start, end = found.day("cbc:StartDate"), found.day("cbc:EndDate")
    return end or start


def write_quantity(name: str, quantity: Decimal | None, unit: str) -> Element | None:
    """A quantity with its unit."""
    return None if quantity is None else cbc(name, plain(quantity), unitCode=unit)


def write_amount(name: str, money: Money | None) -> Element | None:
    """An amount with its currency."""
    return None if money is None else cbc(name, str(money.amount), currencyID=money.currency)


# ── extras and taxes ───────────────────────────────────────────────────────────────────────


def write_extras(extras: Iterable[Extra]) -> list[Element | None]:
    """Charges, and allowances where the amount is negative."""
    return [
        cac(
            "AllowanceCharge",
            cbc("ChargeIndicator", "false" if extra.amount.amount < 0 else "true"),
            cbc("AllowanceChargeReason", extra.label),
            write_amount("Amount", -extra.amount if extra.amount.amount < 0 else extra.amount),
        )
        for extra in extras
    ]


def read_extras(node: Node, currency: str) -> tuple[Extra, ...]:
    """Charges and allowances, named by their reason or its code."""
    extras = []
    for each in node.nodes("cac:AllowanceCharge"):
        charge = each.code("cbc:ChargeIndicator", ("true", "false", "1", "0"))
        amount = each.amount("cbc:Amount", currency)
        label = each.text("cbc:AllowanceChargeReason") or each.text("cbc:AllowanceChargeReasonCode")
        if amount is None:
            if each.node("cbc:Amount") is None:
                each.problem("missing", "To read it, send its amount.", "cbc:Amount")
            continue
        if amount.amount < 0:
            text = "The amount is negative. To go on, send it positive, as charge or allowance."
            each.problem("negative", text, "cbc:Amount")
        extras.append(Extra(label or "…", amount if charge in ("true", "1") else -amount))
    return tuple(extras)


def write_tax(tax: TaxRate | None) -> Element | None:
    """The tax category of an item."""
    if tax is None:
        return None
    silent = tax.category == OUT_OF_SCOPE and not tax.percent
    return cac(
        "ClassifiedTaxCategory",
        cbc("ID", tax.category),
        cbc("Percent", "" if silent else plain(tax.percent)),
        cac("TaxScheme", cbc("ID", TAX_SCHEME)),
    )


def read_tax(item: Node) -> TaxRate | None:
    """The tax category of an item, 0 % if it names no rate."""
    found = item.node("cac:ClassifiedTaxCategory")
    if found is None:
        return None
    category = found.code("cbc:ID", TAX_CATEGORIES)
    percent = found.number("cbc:Percent", _percent)
    return TaxRate(category, Decimal(0) if percent is None else percent) if category else None


def _percent(raw: object, field: str) -> Decimal:
    return decimal_of(raw, field, minimum=0)
