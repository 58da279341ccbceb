"""Reading a message: XML from outside is hostile until it is parsed, and often wrong after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final
from xml.etree import ElementTree as ET

import attrs

from orderloom import (
    Gather,
    Money,
    Problem,
    Refused,
    currency_of,
    date_of,
    decimal_of,
    shown,
    text_of,
)
from orderloom_supplier.ubl.names import CAC, CBC, CUSTOMIZATIONS, NAMESPACES, READ_PROFILES

# 10,000 lines with all their parts are 16 MB and 310,000 elements, nested 8 deep.
MOST_BYTES: Final = 20_000_000
MOST_ELEMENTS: Final = 700_000
DEEPEST: Final = 32
_PREFIXES = {"cac": CAC, "cbc": CBC}
# xs:date may carry a zone; a business day has none.
_ZONE = re.compile(r"(?<=\d)(Z|[+-]\d\d:\d\d)$")
_UNIT = re.compile("[A-Z0-9]{1,3}")


class _TooMuch(Exception):
    """More elements, or deeper ones, than any order has."""


class _Bounded(ET.TreeBuilder):
    """Builds the tree and stops at what no order needs."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attributes: dict[Any, Any], /) -> ET.Element:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise _TooMuch
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def parse(text: str | bytes, *roots: str) -> Node:
    """The root of a message, which has to be of one of some kinds.

    Raises:
        Refused: [supplier.ubl.too_large], [supplier.ubl.hostile] it declares a document type or
            entities, [supplier.ubl.unreadable] no well-formed XML, [supplier.ubl.root] something
            else than the kind asked for.
    """
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it has no types
    from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]  # it has no types

    if len(text) > MOST_BYTES:
        raise _too_large()
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(text)
        element = parser.close()
    except _TooMuch:
        raise _too_large() from None
    except DefusedXmlException:
        raise _refusal(
            "supplier.ubl.hostile",
            "The file declares a document type or entities, which no message needs. To read it, "
            "have it sent without <!DOCTYPE>.",
        ) from None
    except (ET.ParseError, LookupError, ValueError) as error:  # Lookup, Value: its encoding
        raise _refusal(
            "supplier.ubl.unreadable",
            "The file is no XML ({reason}). To read it, have it sent again.",
            reason=error,
        ) from None
    tags = {f"{{{NAMESPACES[root]}}}{root}": root for root in roots}
    if element.tag not in tags:
        raise _refusal(
            "supplier.ubl.root",
            "The file begins with “{given}”, which cannot be read here or is of another version. "
            "To read it, give one of these: {wanted}.",
            given=shown(element.tag.rpartition("}")[2]), wanted=", ".join(tags),
        )  # fmt: skip
    return Node(element, tags[element.tag], Gather())


@attrs.frozen
class Node:
    """An element with its path, and where to say what is wrong with it.

    Names are "cbc:ID" or several of them, "cac:Party/cac:PartyName/cbc:Name".
    """

    element: ET.Element = attrs.field(repr=False)
    path: str
    gather: Gather

    def nodes(self, name: str) -> Iterator[Node]:
        """All children of one name, with their place in the path."""
        for index, found in enumerate(self.element.findall(name, _PREFIXES)):
            yield Node(found, f"{self._field(name)}[{index}]", self.gather)

    def node(self, names: str) -> Node | None:
        """The only child of a name, or child of a child; None if it is not there."""
        found = self.element.findall(names, _PREFIXES)
        if len(found) > 1:
            text = "There are {count} {name} where only one can be meant. To go on, send one."
            self.problem("repeated", text, names, count=len(found), name=_plain(names))
        return Node(found[0], self._field(names), self.gather) if found else None

    def text(
        self, names: str, *, required: bool = False, longest: int = 200, multiline: bool = False
    ) -> str:
        """A text through the core's gate, "" if it is missing or refused."""
        found = self.node(names)
        if found is None and not required:
            return ""
        raw = (found.element.text or "") if found is not None else ""
        field = self._field(names)
        read = partial(text_of, longest=longest, multiline=multiline, required=required)
        return self.gather.take(read, raw, field) or ""

    def joined(self, name: str, *, longest: int) -> str:
        """All children of a name under each other: some systems send a note per paragraph."""
        texts = [(each.element.text or "").strip() for each in self.nodes(name)]
        raw, field = "\n".join(filter(None, texts)), self._field(name)
        read = partial(text_of, longest=longest, multiline=True, required=False)
        return self.gather.take(read, raw, field) or ""

    def code(self, names: str, known: Iterable[str], *, required: bool = True) -> str:
        """One of some codes, "" if it is missing or refused."""
        found, codes = self.text(names, required=required), tuple(known)
        if found and found not in codes:
            text = "“{given}” is none of the codes {known}. To go on, send one of these."
            self.problem("code", text, names, given=shown(found), known=", ".join(codes))
            return ""
        return found

    def day(self, names: str, *, required: bool = False) -> date | None:
        """A business day."""
        raw = _ZONE.sub("", self.text(names, required=required))
        return self.gather.take(date_of, raw, self._field(names)) if raw else None

    def number(self, names: str, gate: Callable[..., Decimal] = decimal_of) -> Decimal | None:
        """A number, through a gate of the core."""
        raw = self.text(names)
        return self.gather.take(gate, raw, self._field(names)) if raw else None

    def amount(self, names: str, currency: str) -> Money | None:
        """An amount of money in the currency of the message."""
        value, found = self.number(names), self.node(names)
        if value is None or found is None or not currency:
            return None
        given = found.element.get("currencyID", "")
        if given != currency:
            text = "The amount is in {given}, the message in {currency}. To go on, send all in one."
            given = shown(given) or "no currency"
            self.problem("currency", text, names, given=given, currency=currency)
        return self.gather.take(Money.of, value, currency, self._field(names))

    def unit(self, names: str) -> str:
        """The unit code of a quantity, "" if there is none that could be one."""
        found = self.node(names)
        if found is None:
            return ""
        code = found.element.get("unitCode", "")
        if not _UNIT.fullmatch(code):
            text = "“{given}” is no UN/CEFACT unit. To go on, send its code, such as C62."
            self.problem("unit", text, names, given=shown(code))
            return ""
        return code

    def problem(self, code: str, text: str, names: str = "", **params: object) -> None:
        """Keep a problem of a child (or of this element)."""
        field = self._field(names) if names else self.path
        self.gather.add(Problem(f"supplier.ubl.{code}", text, field, params=params))

    def _field(self, names: str) -> str:
        return f"{self.path}.{_plain(names)}"


def check_head(node: Node, root: str) -> None:
    """Whether a message is of a kind and process we know."""
    wanted = CUSTOMIZATIONS[root]
    given = node.text("cbc:CustomizationID", longest=300)
    if not given.startswith(wanted):
        text = "The message follows “{given}”. To go on, send one that follows {wanted}."
        node.problem("profile", text, "cbc:CustomizationID", given=shown(given), wanted=wanted)
    profile = node.text("cbc:ProfileID", longest=300)
    if profile not in READ_PROFILES:
        known = ", ".join(READ_PROFILES)
        text = "The process is “{given}”. To go on, send a message of one of {known}."
        node.problem("profile", text, "cbc:ProfileID", given=shown(profile), known=known)


def read_currency(node: Node) -> str:
    """The currency of a message, "" if it is missing or unknown."""
    name = "cbc:DocumentCurrencyCode"
    given = node.text(name, required=True)
    return (given and node.gather.take(currency_of, given, f"{node.path}.{_plain(name)}")) or ""


@cache
def _plain(names: str) -> str:
    return re.sub("c[ab]c:", "", names).replace("/", ".")


def _too_large() -> Refused:
    return _refusal(
        "supplier.ubl.too_large",
        "The file is larger than any order. To read it, send at most {most} MB, in several orders.",
        most=MOST_BYTES // 1_000_000,
    )


def _refusal(code: str, text: str, **params: object) -> Refused:
    return Refused([Problem(code, text, params=params)])
