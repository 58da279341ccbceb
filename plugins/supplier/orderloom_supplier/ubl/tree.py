"""Building the elements of a message in the order the schema wants them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from orderloom import Problem, Refused
from orderloom_supplier.ubl.names import CAC, CBC, CUSTOMIZATIONS, NAMESPACES, PROFILES

Element = ET.Element
# What XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cbc(name: str, text: str, **attributes: str) -> Element | None:
    """A basic component, or None if there is nothing to say.

    Raises:
        Refused: [supplier.ubl.character] XML cannot hold a character of the text.
    """
    if not text:
        return None
    if found := _ILLEGAL.search(text):
        raise Refused([_illegal(name, found[0])])
    element = ET.Element(f"cbc:{name}", attributes)
    element.text = text
    return element


def cac(name: str, *children: Element | None) -> Element | None:
    """An aggregate component of what there is of its children, or None if there is none."""
    present = [child for child in children if child is not None]
    if not present:
        return None
    element = ET.Element(f"cac:{name}")
    element.extend(present)
    return element


def document(root: str, *children: Element | None) -> str:
    """A whole message: its identifiers, then its children, as indented XML text."""
    element = ET.Element(root, {"xmlns": NAMESPACES[root], "xmlns:cac": CAC, "xmlns:cbc": CBC})
    head = (cbc("CustomizationID", CUSTOMIZATIONS[root]), cbc("ProfileID", PROFILES[root]))
    element.extend(child for child in (*head, *children) if child is not None)
    ET.indent(element)
    text = ET.tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _illegal(name: str, character: str) -> Problem:
    text = "The text of {name} holds {code}. To write it as XML, take that character out."
    params = {"name": name, "code": f"U+{ord(character):04X}"}
    return Problem("supplier.ubl.character", text, name, params=params)
