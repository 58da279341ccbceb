"""Parties with their address and contacts, and the gates for the latter two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values.codes import country_of, email_of, language_of
from orderloom.values.gather import Gather
from orderloom.values.texts import text_of
from orderloom.values.wording import nearest, shown

_MOST_LINES = 8


@attrs.frozen
class Address:
    """A postal address.

    Attributes:
        lines: everything above the town, as printed.
        postal_code: of the town.
        city: the town.
        region: state or province, if the country prints one.
        country: ISO 3166-1 code of two letters, or empty.
    """

    lines: tuple[str, ...]
    postal_code: str = attrs.field(default="", kw_only=True)
    city: str = attrs.field(default="", kw_only=True)
    region: str = attrs.field(default="", kw_only=True)
    country: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Contact:
    """A person or desk one can reach at a party.

    Attributes:
        name: as greeted.
        email: one address, or empty.
        phone: as written, or empty.
        language: language tag documents and mails are rendered in, or empty for the party's.
        kind: what one reaches it for, a word such as owner, ordering or finance; empty for all.
    """

    name: str
    email: str = attrs.field(default="", kw_only=True)
    phone: str = attrs.field(default="", kw_only=True)
    language: str = attrs.field(default="", kw_only=True)
    kind: str = attrs.field(default="", kw_only=True)


def _words(raw: Iterable[str]) -> frozenset[str]:
    return frozenset(raw)


@attrs.frozen
class Party:
    """A company or person an order concerns.

    Attributes:
        id: its key within the tenant.
        name: as printed on documents.
        roles: the parts it may play: vendor, outlet, bill_to, …
        address: where it is, if known.
        contacts: the primary one first.
        language: language tag of its documents, or empty for the tenant's.
        currency: ISO 4217 code it trades in, or empty for the tenant's.
        supplies: free labels of what it supplies (departments, product categories).
    """

    id: str
    name: str
    roles: frozenset[str] = attrs.field(default=frozenset(), converter=_words, kw_only=True)
    address: Address | None = attrs.field(default=None, kw_only=True)
    contacts: tuple[Contact, ...] = attrs.field(default=(), kw_only=True)
    language: str = attrs.field(default="", kw_only=True)
    currency: str = attrs.field(default="", kw_only=True)
    supplies: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    @property
    def primary_contact(self) -> Contact | None:
        """The first contact that has an e-mail address; else the first; None if there is none."""
        reachable = (contact for contact in self.contacts if contact.email)
        return next(reachable, self.contacts[0] if self.contacts else None)


def address_of(raw: object, field: str) -> Address:
    """Read an address: an `Address`, a mapping of its fields, or a text of several lines.

    Raises:
        Refused: [address.malformed] neither of them, or without any line and city;
            [input.unknown_field], [text.*], [country.unknown]; all at once.
    """
    if isinstance(raw, Address):
        return raw
    given = {"lines": raw} if isinstance(raw, str) else raw
    if not isinstance(given, Mapping):
        raise _malformed_address(raw, field)
    gather = Gather()
    gather.take(_known_fields, given, Address, field)
    lines = gather.take(_lines, _value(given, "lines"), f"{field}.lines") or ()
    parts = {
        name: gather.take(text_of, _value(given, name), f"{field}.{name}", required=False) or ""
        for name in ("postal_code", "city", "region")
    }
    country = _value(given, "country")
    code = "" if country == "" else gather.take(country_of, country, f"{field}.country")
    gather.done()
    if not lines and not parts["city"]:
        raise _malformed_address(raw, field)
    return Address(lines, **parts, country=code or "")


def contact_of(raw: object, field: str) -> Contact:
    """Read a contact: a `Contact`, a mapping of its fields, or a text.

    A text is "Name <address>", perhaps with the kind behind it, an e-mail address (then also the
    name), or a name.

    Raises:
        Refused: [contact.malformed], [input.unknown_field], [text.*], [email.malformed],
            [language.malformed]; all at once.
    """
    if isinstance(raw, Contact):
        return raw
    given = _contact_fields(raw) if isinstance(raw, str) else raw
    if not isinstance(given, Mapping):
        raise _refusal(
            "contact.malformed",
            "“{given}” is not a contact. To give one, write “Name <address>”, or its fields.",
            field, given=shown(raw),
        )  # fmt: skip
    gather = Gather()
    gather.take(_known_fields, given, Contact, field)
    email, language = _value(given, "email"), _value(given, "language")
    mail = "" if email == "" else gather.take(email_of, email, f"{field}.email")
    name = gather.take(text_of, _value(given, "name") or email, f"{field}.name")
    phone = gather.take(
        text_of, _value(given, "phone"), f"{field}.phone", longest=40, required=False
    )
    tag = "" if language == "" else gather.take(language_of, language, f"{field}.language")
    kind = gather.take(text_of, _value(given, "kind"), f"{field}.kind", longest=40, required=False)
    gather.done()
    return Contact(
        name or "", email=mail or "", phone=phone or "", language=tag or "", kind=kind or ""
    )


def _value(given: Mapping[object, object], name: str) -> object:
    """A field that is missing or null (JSON) is empty."""
    value = given.get(name)
    return "" if value is None else value


def _contact_fields(text: str) -> dict[str, str]:
    name, bracket, rest = text.strip().partition("<")
    email, closed, kind = (part.strip() for part in rest.partition(">"))
    if bracket and closed:
        return {"name": name.strip() or email, "email": email, "kind": kind}
    return {"name": name, "email": name} if "@" in name else {"name": text}


def _lines(raw: object, field: str) -> tuple[str, ...]:
    if isinstance(raw, str):
        raw = text_of(raw, field, longest=1600, multiline=True, required=False).split("\n")
    if not isinstance(raw, list | tuple):
        raise _malformed_address(raw, field)
    with Gather() as gather:
        if len(raw) > _MOST_LINES:
            template = "The address has {count} lines. To print it, shorten it to {most}."
            params = {"count": len(raw), "most": _MOST_LINES}
            gather.add(Problem("address.too_many_lines", template, field, params=params))
        lines = [
            gather.take(text_of, line, f"{field}[{index}]", required=False)
            for index, line in enumerate(raw[:_MOST_LINES])
        ]
    return tuple(line for line in lines if line)


def _known_fields(given: Mapping[object, object], record: type, field: str) -> None:
    known = attrs.fields_dict(record)
    with Gather() as gather:
        for name in given:
            if name not in known:
                gather.add(_unknown_field(name, known, f"{field}.{shown(name)}"))


def _unknown_field(name: object, known: Iterable[str], field: str) -> Problem:
    close = nearest(shown(name), known, otherwise=", ".join(known))
    template = "There is no field “{given}” here. To go on, leave it out or use: {nearest}."
    params = {"given": shown(name), "nearest": close}
    return Problem("input.unknown_field", template, field, params=params)


def _malformed_address(raw: object, field: str) -> Refused:
    return _refusal(
        "address.malformed",
        "“{given}” is not an address. To give one, write its lines, or fill in lines, postal_code, "
        "city and country.",
        field, given=shown(raw),
    )  # fmt: skip


def _refusal(code: str, template: str, field: str, **params: object) -> Refused:
    return Refused([Problem(code, template, field, params=params)])
