"""The HTML twin: one self-contained, printable page without scripts or outside resources."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from orderloom.documents.blocks import (
    AddressBlocks,
    Column,
    Facts,
    Heading,
    LineTable,
    Paragraph,
    Row,
    Signatures,
    Totals,
)
from orderloom.documents.characters import clean_lines, one_line
from orderloom.documents.frozen import FrozenDocument
from orderloom.documents.labels import labels_for
from orderloom.documents.layout import Layout

_STYLE = """\
:root { --accent: %(accent)s; }
@page { size: %(paper)s; margin: 16mm; }
body { font: 10pt/1.4 "Noto Sans", "Segoe UI", Helvetica, Arial, sans-serif; color: #1c2026;
  max-width: 180mm; margin: 12mm auto; padding: 0 5mm; overflow-wrap: anywhere; }
header { display: flex; justify-content: space-between; gap: 10mm; }
header img { max-width: 56mm; max-height: 19mm; }
.sender { text-align: right; font-size: 9pt; color: #606872; margin-left: auto; }
.sender :first-child { font-weight: bold; color: #1c2026; }
h1 { font-size: 20pt; display: flex; justify-content: space-between; align-items: baseline; }
h1 span + span { font-size: 11pt; color: #606872; }
h2, h3, h4 { margin: 1em 0 .3em; break-after: avoid; }
dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 3mm 6mm; }
dt, .label { font-size: 8pt; color: #606872; }
dd { margin: 0; font-weight: bold; }
.addresses { display: flex; gap: 6mm; margin: 5mm 0; }
.addresses > div { flex: 1; border-top: 1px solid var(--accent); padding-top: 1.5mm; }
.note { background: #f6f7f9; border-left: 3px solid var(--accent); padding: 2mm 4mm; }
table { width: 100%%; border-collapse: collapse; margin: 5mm 0; }
table.lines { table-layout: fixed; }
thead { display: table-header-group; }
th, td { padding: 1.5mm; text-align: left; vertical-align: top; }
thead th { background: color-mix(in srgb, var(--accent) 13%%, white);
  border-bottom: 1px solid var(--accent); font-size: 9pt; }
tr { break-inside: avoid; }
td, .totals th { border-bottom: 1px solid #d0d5db; }
.band th { background: #f6f7f9; break-after: avoid; }
.right { text-align: right; }
.center { text-align: center; }
.box span { display: block; min-height: 1.4em; border: 1px solid #969ea8; }
.detail { font-size: 8pt; color: #606872; }
.signatures { display: flex; gap: 6mm; margin: 22mm 0 5mm; break-inside: avoid; }
.signatures > div { flex: 1; border-top: 1px solid #1c2026; padding-top: 1mm; }
.totals { width: 45%%; margin-left: auto; }
.totals td { text-align: right; }
.totals tr:last-child { font-weight: bold; }
.totals th { font-weight: inherit; }
footer { margin-top: 8mm; border-top: 1px solid #d0d5db; padding-top: 2mm; display: flex;
  justify-content: space-between; gap: 10mm; font-size: 8pt; color: #606872; }
"""


def render_html(document: FrozenDocument) -> str:
    """The document as one HTML page."""
    layout, labels = document.layout, labels_for(document.language)
    style = _STYLE % {"accent": layout.accent, "paper": layout.paper}
    revision = f"{labels.revision} {document.revision}" if document.revision else ""
    foot = " · ".join(part for part in (document.number, revision) if part)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(document.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_inline(f'{document.title} {document.number}')}</title>",
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            f"<header>{_logo(layout)}{_sender(layout)}</header>",
            f"<h1><span>{_inline(document.title)}</span><span>{_inline(document.number)}</span></h1>",
            *(_BLOCKS[type(block)](block) for block in document.blocks),
            _terms(layout.terms, labels.terms),
            f"<footer><div>{_text(layout.footer)}</div><div>{_inline(foot)}</div></footer>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _inline(text: str) -> str:
    return escape(one_line(text))


def _text(text: str) -> str:
    return "<br>".join(map(escape, clean_lines(text)))


def _logo(layout: Layout) -> str:
    if not layout.logo:
        return ""
    data = base64.b64encode(layout.logo).decode("ascii")
    return f'<img alt="" src="data:{escape(layout.logo_mime)};base64,{data}">'


def _sender(layout: Layout) -> str:
    lines = "".join(f'<div dir="auto">{_text(line)}</div>' for line in layout.sender)
    return f'<div class="sender">{lines}</div>'


def _terms(text: str, title: str) -> str:
    if not text.strip():
        return ""
    return f'<div class="detail"><b>{escape(title)}</b><br>{_text(text)}</div>'


def _heading(block: Heading) -> str:
    return f'<h{block.level + 1} dir="auto">{_text(block.text)}</h{block.level + 1}>'


def _facts(block: Facts) -> str:
    pairs = (
        f'<div><dt>{_text(label)}</dt><dd dir="auto">{_text(value)}</dd></div>'
        for label, value in block.pairs
    )
    return f"<dl>{''.join(pairs)}</dl>"


def _addresses(block: AddressBlocks) -> str:
    addresses = (
        f'<div><b class="label">{_text(address.title)}</b>{_divs(address.lines)}</div>'
        for address in block.blocks
    )
    return f'<div class="addresses">{"".join(addresses)}</div>'


def _divs(lines: Iterable[str], attributes: str = "") -> str:
    return "".join(f'<div{attributes} dir="auto">{_text(line)}</div>' for line in lines)


def _paragraph(block: Paragraph) -> str:
    if not block.title:
        return f'<p dir="auto">{_text(block.text)}</p>'
    return f'<div class="note" dir="auto"><b>{_text(block.title)}</b><br>{_text(block.text)}</div>'


def _table(block: LineTable) -> str:
    total = sum(column.width_share for column in block.columns)
    widths = "".join(
        f'<col style="width:{column.width_share * 10_000 // total / 100:.2f}%">'
        for column in block.columns
    )
    heads = "".join(f"<th{_class(column)}>{_text(column.title)}</th>" for column in block.columns)
    body = []
    for group in block.groups:
        if group.title:
            span = f'colspan="{len(block.columns)}" scope="rowgroup" dir="auto"'
            body.append(f'<tr class="band"><th {span}>{_text(group.title)}</th></tr>')
        body += [_row(block, row) for row in group.rows]
    return (
        f'<table class="lines"><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{''.join(body)}</tbody></table>"
    )


def _row(block: LineTable, row: Row) -> str:
    cells = []
    for i, (column, text) in enumerate(zip(block.columns, row.cells, strict=True)):
        detail = _divs(row.detail, ' class="detail"') if i == block.main else ""
        content = f"<span>{_text(text)}</span>" if column.empty_box else _text(text)
        cells.append(f'<td{_class(column)} dir="auto">{content}{detail}</td>')
    return f"<tr>{''.join(cells)}</tr>\n"


def _class(column: Column) -> str:
    names = [name for name in (column.align, "box" * column.empty_box) if name not in ("", "left")]
    return f' class="{" ".join(names)}"' if names else ""


def _totals(block: Totals) -> str:
    rows = (
        f'<tr><th scope="row">{_text(label)}</th><td>{_text(value)}</td></tr>'
        for label, value in block.rows
    )
    return f'<table class="totals"><tbody>{"".join(rows)}</tbody></table>'


def _signatures(block: Signatures) -> str:
    places = "".join(f'<div class="label">{_text(label)}</div>' for label in block.labels)
    return f'<div class="signatures">{places}</div>'


_BLOCKS: dict[type, Callable[[Any], str]] = {
    Heading: _heading,
    Facts: _facts,
    AddressBlocks: _addresses,
    Paragraph: _paragraph,
    LineTable: _table,
    Totals: _totals,
    Signatures: _signatures,
}
