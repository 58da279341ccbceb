"""The gates every stored record of the directory passes; each reports all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

import attrs

from orderloom.directory.records import Product
from orderloom.errors import Problem, Refused
from orderloom.values import (
    REC20,
    SCOPE_KINDS,
    Gather,
    Grant,
    Party,
    Project,
    Scope,
    Unit,
    User,
    address_of,
    contact_of,
    currency_of,
    email_of,
    key_of,
    language_of,
    shown,
    text_of,
    unit_of,
)

PARTY_ROLES = frozenset({"vendor", "outlet", "customer", "bill_to"})
"""The roles of parties that are always known; a tenant may use any others."""

_NEAR = 0.82  # above it: vender, vendro, billto; below it: bill_from, sender
_LONGEST_ID = 64
_LONGEST_USER = 128
_LONGEST_CODE = 16
_MOST_DIGITS = 6
_USER_ID = re.compile(r"[\w.@+-]+")
_NOT_USER_ID = re.compile(r"[^\w.@+-]+")
_FACTOR = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6}|/[0-9]{1,12})?")


def misspelt(role: str, known: Collection[str]) -> str:
    """The role that was most likely meant by one nobody knows; "" if it is known, or far from all.

    Two letters that changed places are always a slip, however short the word is.

    Roles are free words, so one that says more ("subvendor", "vendor_abroad") is not taken for a
    slip of the pen; its plural is.
    """
    if role in known:
        return ""
    swapped = next((one for one in known if one in _swaps(role)), "")
    near = swapped or next(iter(get_close_matches(role, known, 1, _NEAR)), "")
    return "" if near and near in role and role != f"{near}s" else near


def misspelt_name(name: str, known: Collection[str]) -> str:
    """The known name that differs in case alone, or most likely was meant; else ""."""
    folded = {one.casefold(): one for one in known}
    given = name.casefold()
    near = folded.get(given) or folded.get(misspelt(given, folded), "")
    return "" if near == name else near


def _swaps(word: str) -> set[str]:
    """What a word is with any two neighbouring letters in the other order."""
    pairs = range(len(word) - 1)
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs}


def party_of(party: Party) -> Party:
    """A party that may be stored.

    Raises:
        Refused: [text.*], [key.malformed], [address.*], [contact.*], [email.malformed],
            [country.unknown], [language.malformed], [currency.unknown].
    """
    with Gather() as gather:
        fields: dict[str, Any] = {
            "id": gather.take(text_of, party.id, "id", longest=_LONGEST_ID),
            "name": gather.take(text_of, party.name, "name"),
            "roles": _each(gather, key_of, sorted(party.roles), "roles"),
            "address": _fields(gather, address_of, party.address, "address"),
            "contacts": tuple(
                _fields(gather, contact_of, contact, f"contacts[{index}]")
                for index, contact in enumerate(party.contacts)
            ),
            "language": _or_empty(gather, language_of, party.language, "language"),
            "currency": _or_empty(gather, currency_of, party.currency, "currency"),
            "supplies": _each(gather, text_of, party.supplies, "supplies"),
        }
    return attrs.evolve(party, **fields)


def product_of(product: Product, own_units: Mapping[str, Unit]) -> Product:
    """A product that may be stored; its units may be given by symbol or name.

    Raises:
        Refused: [text.*], [unit.unknown], [product.bad_factor], [product.own_unit],
            [product.unit_twice].
    """
    with Gather() as gather:
        unit = gather.take(unit_of, product.unit, "unit", own_units)
        fields: dict[str, Any] = {
            "id": gather.take(text_of, product.id, "id", longest=_LONGEST_ID),
            "name": gather.take(text_of, product.name, "name"),
            "unit": unit,
            "conversions": tuple(
                (
                    gather.take(_other_unit, code, f"conversions[{index}]", unit, own_units),
                    gather.take(factor_of, factor, f"conversions[{index}]"),
                )
                for index, (code, factor) in enumerate(product.conversions)
            ),
            "specs": tuple(
                (
                    gather.take(text_of, label, f"specs[{index}]"),
                    gather.take(text_of, text, f"specs[{index}]", longest=2000, multiline=True),
                )
                for index, (label, text) in enumerate(product.specs)
            ),
            "suppliers": _each(gather, text_of, product.suppliers, "suppliers"),
        }
        for problem in _repeated([code for code, _ in fields["conversions"]]):
            gather.add(problem)
    return attrs.evolve(product, **fields)


def own_unit_of(unit: Unit, own_units: Mapping[str, Unit]) -> Unit:
    """A unit of the tenant's own that may be stored: nobody may take it for another unit.

    Raises:
        Refused: [text.*], [unit.bad_digits], [unit.taken].
    """
    with Gather() as gather:
        if type(unit.digits) is not int or not 0 <= unit.digits <= _MOST_DIGITS:
            template = (
                "“{given}” is no number of decimals. To offer decimals, give 0 to {most}; 0 is "
                "for things counted whole."
            )
            params = {"given": shown(unit.digits), "most": _MOST_DIGITS}
            gather.add(Problem("unit.bad_digits", template, "digits", params=params))
        fields: dict[str, Any] = {
            "code": gather.take(text_of, unit.code, "code", longest=_LONGEST_CODE),
            "symbol": gather.take(
                text_of, unit.symbol or unit.code, "symbol", longest=_LONGEST_CODE
            ),
            "title": gather.take(text_of, unit.title or unit.code, "title", longest=_LONGEST_ID),
        }
        for problem in _taken(fields, {**REC20, **own_units}):
            gather.add(problem)
    return attrs.evolve(unit, **fields)


def project_of(project: Project) -> Project:
    """A project that may be stored.

    Raises:
        Refused: [key.malformed], [text.*].
    """
    with Gather() as gather:
        fields: dict[str, Any] = {
            "id": gather.take(key_of, project.id, "id"),
            "title": gather.take(text_of, project.title, "title"),
            "prefix": gather.take(
                text_of, project.prefix, "prefix", longest=_LONGEST_CODE, required=False
            ),
        }
    return attrs.evolve(project, **fields)


def user_of(user: User) -> User:
    """A user that may be stored.

    Raises:
        Refused: [text.*], [email.malformed], [language.malformed], [user.reserved_id].
    """
    with Gather() as gather:
        fields: dict[str, Any] = {
            "id": gather.take(user_id_of, user.id, "id"),
            "name": gather.take(text_of, user.name or user.id, "name"),
            "email": _or_empty(gather, email_of, user.email, "email"),
            "language": _or_empty(gather, language_of, user.language, "language"),
            "grants": _each(gather, grant_of, user.grants, "grants"),
        }
    return attrs.evolve(user, **fields)


def user_id_of(value: object, field: str) -> str:
    """Read the id of a person; ids that begin with “system:” are the system's own.

    Raises:
        Refused: [text.*], [user.reserved_id], [user.malformed_id].
    """
    id = text_of(value, field, longest=_LONGEST_USER)
    if id.casefold().startswith("system:"):
        template = "“{given}” is an id of the system itself. To go on, give the user another id."
        raise Refused([Problem("user.reserved_id", template, field, params={"given": shown(id)})])
    if _USER_ID.fullmatch(id):
        return id
    template = (
        "“{given}” cannot be the id of a user. To make one, use letters, digits and . _ - @ +, "
        "without spaces, such as {suggestion}."
    )
    suggestion = _NOT_USER_ID.sub(".", id).strip(".").lower()
    params = {"given": shown(id), "suggestion": suggestion or "ann.example"}
    raise Refused([Problem("user.malformed_id", template, field, params=params)])


def grant_of(value: object, field: str) -> Grant:
    """Read a grant: a `Grant`, or a text like `admin` or `procurement.buyer@project:summer`.

    Raises:
        Refused: [text.*], [scope.malformed].
    """
    if isinstance(value, Grant):
        role, kind, id = value.role, value.scope.kind, value.scope.id
    else:
        role, at, where = text_of(value, field, longest=400).partition("@")
        kind, _, id = where.partition(":") if at else ("tenant", "", "")
    with Gather() as gather:
        named = gather.take(text_of, role, field, longest=_LONGEST_USER)
        scope = gather.take(_scope_of, kind.strip(), id, field)
    return Grant(named or "", scope or Scope("tenant", ""))


def factor_of(value: object, field: str) -> str:
    """Read a conversion factor: digits, a decimal or a fraction; answered as a fraction's text.

    Raises:
        Refused: [product.bad_factor].
    """
    if isinstance(value, str) and _FACTOR.fullmatch(value):
        try:
            factor = Fraction(value)
        except ZeroDivisionError:
            factor = Fraction(0)
        if factor > 0:
            return str(factor)
    template = (
        "“{given}” is not a factor. To convert exactly, give a whole number or a fraction above "
        "zero, such as 12 or 1/12."
    )
    raise Refused([Problem("product.bad_factor", template, field, params={"given": shown(value)})])


def _scope_of(kind: str, id: str, field: str) -> Scope:
    given = text_of(id, field, longest=_LONGEST_ID, required=False)
    if kind in SCOPE_KINDS and (kind == "tenant") != bool(given):
        return Scope(kind, given)
    template = (
        "“{given}” is no scope. To say where a role holds, write project:ID, party:ID or "
        "department:NAME; without a scope it holds in the whole tenant."
    )
    params = {"given": shown(f"{kind}:{given}")}
    raise Refused([Problem("scope.malformed", template, field, params=params)])


def _taken(fields: Mapping[str, Any], known: Mapping[str, Unit]) -> Iterator[Problem]:
    """A problem for each name of a unit that another unit answers to, in whatever case."""
    owners = {
        name.casefold(): unit
        for unit in known.values()
        if unit.code != fields["code"] or unit is REC20.get(unit.code)
        for name in (unit.title, unit.symbol, unit.code)
    }
    told = set()
    for field in ("code", "symbol", "title"):
        folded = (fields[field] or "").casefold()
        if folded in told or folded not in owners:
            continue
        told.add(folded)
        template = (
            "“{given}” already means {code} ({title}). To add a unit of your own, name it "
            "otherwise; to count in {title}, use {code}."
        )
        unit = owners[folded]
        params = {"given": shown(fields[field]), "code": unit.code, "title": unit.title}
        yield Problem("unit.taken", template, field, params=params)


def _other_unit(code: object, field: str, own: str | None, units: Mapping[str, Unit]) -> str:
    read = unit_of(code, field, units)
    if read != own:
        return read
    template = (
        "{unit} is the product's own unit. To convert, name another unit, or leave the "
        "conversion out."
    )
    raise Refused([Problem("product.own_unit", template, field, params={"unit": read})])


def _repeated(units: Sequence[str | None]) -> Iterator[Problem]:
    for unit in dict.fromkeys(unit for unit in units if unit is not None):
        if units.count(unit) > 1:
            template = "{unit} has more than one factor. To convert, leave only one of them."
            yield Problem("product.unit_twice", template, "conversions", params={"unit": unit})


def _or_empty(gather: Gather, gate: Callable[[object, str], str], value: str, field: str) -> str:
    return "" if value == "" else gather.take(gate, value, field) or ""


def _each(
    gather: Gather, gate: Callable[..., object], values: Iterable[object], field: str
) -> tuple[object, ...]:
    """Each value through the gate, without repetitions."""
    read = [gather.take(gate, value, f"{field}[{index}]") for index, value in enumerate(values)]
    return tuple(dict.fromkeys(read))


def _fields(
    gather: Gather, gate: Callable[[object, str], object], record: attrs.AttrsInstance | None,
    field: str,
) -> object:  # fmt: skip
    """A nested record through its gate, field by field: gates trust records as they are."""
    if record is None:
        return None
    return gather.take(gate, attrs.asdict(record, recurse=False), field)
