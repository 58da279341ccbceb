"""What people read: help, headings, the README, documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import attrs
import click

from orderloom.directory import read_rows
from orderloom.documents import FORMATS
from orderloom.errors import NotFound, Refused
from orderloom.modules.contributions import DocumentType, Importer
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import SOUND, TOURED, Finding, check
from orderloom.testing.contract.tour import Station
from orderloom.testing.contract.wording import told


@check(SOUND)
def commands_have_help(case: Case) -> Iterator[Finding]:
    """Its commands and its demo can be imported, and every command says what it does."""
    for group in case.registered("register_commands"):
        if not group.help.strip():
            yield _helpless(group.name)
        yield from _group_findings(group.target, group.name)
    for demo in case.registered("register_demos"):
        found = _imported(demo.target)
        if not callable(found):
            yield _missing("demo", demo.target, found)


def _group_findings(target: str, name: str) -> Iterator[Finding]:
    found = _imported(target)
    if not isinstance(found, click.Group):
        yield _missing("command group", target, found)
        return
    for words, command in _commands(name, found):
        if not (command.help or command.short_help or "").strip():
            yield _helpless(words)


def _commands(name: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    for word, command in group.commands.items():
        yield f"{name} {word}", command
        if isinstance(command, click.Group):
            yield from _commands(f"{name} {word}", command)


def _imported(target: str) -> Any:
    """What "package.module:attribute" names; the error if it cannot be imported."""
    package, _, attribute = target.partition(":")
    try:
        return getattr(import_module(package), attribute)
    except Exception as error:  # of whatever the module does when it is imported
        return error


def _missing(kind: str, target: str, found: object) -> Finding:
    reason = told(found) if isinstance(found, Exception) else f"it is a {type(found).__name__}"
    return Finding(f"{target} is no {kind}: {reason}.", f"To have it run, name the {kind} itself.")


def _helpless(words: str) -> Finding:
    return Finding(
        f"The command `orderloom {words}` does not say what it does.",
        "To explain it, give it a docstring.",
    )


@check(SOUND)
def importers_have_headings(case: Case) -> Iterator[Finding]:
    """Its imports explain each column, and refuse bad rows instead of falling over them."""
    for importer in case.registered("register_importers"):
        names = [column.name.casefold() for column in importer.columns]
        if not names or len(set(names)) < len(names):
            yield Finding(
                f"Importer {importer.key} has no columns, or two of one name.",
                "To read files, declare each heading once.",
            )
            continue
        for column in importer.columns:
            if not column.help.strip():
                yield Finding(
                    f"Column {column.name} of importer {importer.key} is not explained.",
                    "To explain it, give it help= with an example.",
                )
        yield from _bad_rows(case, importer)


def _bad_rows(case: Case, importer: Importer) -> Iterator[Finding]:
    heading = ",".join(f'"{column.name}"' for column in importer.columns)
    for cell in ("x", "-1", "9999999999999", "2026-02-30", "\u202e"):
        row = ",".join([cell] * len(importer.columns))
        try:
            with case.bench.desk() as desk:
                read_rows(importer, f"{heading}\n{row}\n".encode(), desk)
        except (Refused, NotFound):
            continue
        except Exception as error:
            yield Finding(
                f"Importer {importer.key} falls over a row of {cell!r}: {told(error)}",
                "To answer for bad cells, read each through a gate (text_of, decimal_of, …).",
            )
            return


def readme_of(installed: Distribution) -> str:
    """The README of a distribution: as it is now, if it is installed editable; "" for none."""
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        folder = Path(url2pathname(urlsplit(origin["url"]).path))
        for path in sorted(folder.glob("README*")):
            return path.read_text("utf-8")
    metadata = installed.metadata.json
    return str(metadata.get("description") or "")


@check(SOUND)
def readme_names_everything(case: Case) -> Iterator[Finding]:
    """Its README names its statuses, actions, settings and permissions."""
    if not case.loaded.distribution:
        return  # handed over as an object: there is none
    text = readme_of(distribution(case.loaded.distribution))
    if not text.strip():
        yield Finding(
            f"Distribution {case.loaded.distribution} has no README.",
            'To explain it, write one and name it in pyproject.toml: readme = "README.md".',
        )
        return
    for what, names in _to_name(case):
        if not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I) for name in names):
            yield Finding(
                f"The README does not name {what} {names[0]}.",
                "To have it found, say there what it is for.",
            )


def _to_name(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    for type in case.types:
        merged = case.assembly.lifecycles[type]
        for status in merged.lifecycle.statuses:
            if merged.provenance.of_status(status.name) == case.key:
                yield "status", (status.name, status.title)
        starts = set(merged.lifecycle.starts)
        for action in merged.lifecycle.all_actions:
            if merged.provenance.of_action(action.name) == case.key and action not in starts:
                yield "action", (action.name, action.title)
    settings = case.loaded.manifest.settings
    for field in attrs.fields(settings) if settings else ():
        yield "setting", (field.name,)
    for permission in case.registered("register_permissions"):
        yield "permission", (permission.key,)


@check(TOURED)
def documents_are_printed(case: Case) -> Iterator[Finding]:
    """Its documents, and those it extends, can be made in every format, the same each time."""
    own = {one.key for one in case.registered("register_documents")}
    extends = "extend_document" in case.probe.hooks
    for key, document in case.assembly.documents.items():
        if key in own or (extends and document.type in case.types):
            yield from _printed(case, document)


def _printed(case: Case, document: DocumentType) -> Iterator[Finding]:
    refused: list[str] = []
    for station in case.tour.stations.get(document.type, ()):
        try:
            first, second = _drawn(case, station, document), _drawn(case, station, document)
        except Refused as refusal:
            refused.append(told(refusal))
            continue
        except Exception as error:
            yield Finding(
                f"Document {document.key} fails: {told(error)}",
                "To have it printed, mend its build, or what extends it.",
            )
            return
        for format in first:
            if first[format] != second[format]:
                yield Finding(
                    f"Document {document.key} is not the same when it is made twice ({format}).",
                    "To have it reprinted alike, build it of its inputs alone.",
                )
        return
    reason = refused[0] if refused else "there is nothing to make it of"
    yield Finding(
        f"Document {document.key} could not be made of any sample: {reason}",
        "To have it looked at, place something printable in samples.py.",
    )


def _drawn(case: Case, station: Station, document: DocumentType) -> dict[str, bytes]:
    with case.bench.reader() as reader:
        subject = reader.get(station.subject.ref)
        formats = (document.format,) if document.write else FORMATS
        return {name: reader.draft(subject, document.key, name).content for name in formats}
