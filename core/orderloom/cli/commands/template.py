"""`orderloom template`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import click

from orderloom.cli.files import read_text
from orderloom.cli.groups import group
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Desk
from orderloom.modules.contributions import Template

_LANGUAGE = click.option(
    "--language", default="", metavar="TAG", help="Such as en or es-MX; the tenant's if not given."
)
_FILE = click.Path(path_type=Path)


@group()
def template() -> None:
    """Templates of what people are told: the modules' and the tenant's own."""


@template.command("list")
@pass_session
def list_templates(session: Session) -> None:
    """List the notifications and the languages there are of them."""
    with session.desk() as desk:
        views = desk.notifications.templates()
    rows = [(one.key, one.title, one.shipped, one.own) for one in views]
    session.show(Table(("notification", "title", "shipped", "own"), rows, spare=("title",)))


@template.command()
@click.argument("key")
@_LANGUAGE
@click.option("--preview", is_flag=True, help="With samples in the place of the placeholders.")
@pass_session
def show(session: Session, key: str, language: str, preview: bool) -> None:
    """Show the template a reader of a language gets, and the placeholders it may use."""
    with session.desk() as desk:
        chosen = desk.notifications.template(key, language)
        written: Any = chosen.template
        if preview:
            written = desk.notifications.preview(key, language)
        names = desk.assembly.notifications[key].names
    _show(session, written, language=chosen.language, own=chosen.own, placeholders=sorted(names))


@template.command("set")
@click.argument("key")
@click.option("--language", required=True, metavar="TAG", help="Such as en or es-MX.")
@click.option("--subject", metavar="TEXT", help="Of the mail; the title in the inbox.")
@click.option("--text", type=_FILE, metavar="FILE", help="The text, with {placeholders}.")
@click.option("--html", type=_FILE, metavar="FILE", help="The same as HTML; an empty file: none.")
@click.option("--preview", is_flag=True, help="Only show what it would come to.")
@pass_session
def set_template(session: Session, key: str, language: str, preview: bool, **given: Any) -> None:
    """Write the tenant's own template; what is not given stays as it is."""
    read: dict[str, str] = {
        name: value if name == "subject" else read_text(value)
        for name, value in given.items()
        if value is not None
    }

    def work(desk: Desk) -> Any:
        now = desk.notifications.template(key, language).template
        wanted = attrs.evolve(now, **read)
        seen = desk.notifications.preview(key, language, wanted)
        if not preview:
            desk.notifications.set_template(key, language, wanted)
        return seen

    _show(session, session.run(work))


@template.command()
@click.argument("key")
@click.option("--language", required=True, metavar="TAG")
@pass_session
def reset(session: Session, key: str, language: str) -> None:
    """Go back to what the module ships."""
    there = session.run(lambda desk: desk.notifications.reset_template(key, language))
    session.show({"notification": key, "language": language, "removed": there})


def _show(session: Session, written: Template, **facts: Any) -> None:
    """A template, filled or not, its texts below what is known of it."""
    texts = {"subject": written.subject, "text": written.text, "html": written.html}
    if session.json:
        session.show({**facts, **texts})
        return
    session.show({**facts, "subject": written.subject})
    session.say(f"\n{written.text}\n")
    if written.html:
        session.say(f"{written.html}\n")
