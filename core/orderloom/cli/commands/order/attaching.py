"""`orderloom order attach`, `files` and `file`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orderloom.cli.commands.order.showing import files_table, name_of
from orderloom.cli.files import write_file
from orderloom.cli.groups import Command
from orderloom.cli.lookup import find_order
from orderloom.cli.session import Session, pass_session
from orderloom.cli.uploads import uploads
from orderloom.desk import Desk
from orderloom.errors import Problem, Refused
from orderloom.lifecycle import BY_HAND
from orderloom.orders.attachments import Attachment


@click.command(cls=Command)
@click.argument("order")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--kind",
    default=BY_HAND,
    show_default=True,
    help="What they are, as an action of the order calls it: image, invoice …",
)
@pass_session
def attach(session: Session, order: str, paths: tuple[str, ...], kind: str) -> None:
    """Attach FILEs to an order by hand: JPEG, PNG or PDF."""
    given = uploads(session, ((kind, path) for path in paths))

    def work(desk: Desk) -> tuple[str, tuple[Attachment, ...]]:
        found = find_order(desk, order)
        return name_of(found), desk.attach(found, given)

    name, made = session.run(work)
    if session.json:
        session.show(made)
    else:
        names = ", ".join(one.name for one in made)
        session.say(f"{names} {'is' if len(made) == 1 else 'are'} attached to {name}.")


@click.command(cls=Command)
@click.argument("order")
@pass_session
def files(session: Session, order: str) -> None:
    """List the files of an order; `file` writes one of them out."""
    with session.reader() as reader:
        found = reader.attachments(find_order(reader, order))
    session.show(files_table(session, found, ids=True))


@click.command(cls=Command)
@click.argument("id")
@click.option(
    "--to",
    type=click.Path(path_type=Path, allow_dash=True),
    default=Path(),
    metavar="PATH",
    help="A file, a folder, or - for stdout; the current folder if omitted.",
)
@pass_session
def file(session: Session, id: str, to: Path) -> None:
    """Write a file of an order out, by the ID that `files` lists."""
    with session.reader() as reader:
        found = reader.attachment(id)
        content = reader.file(found)
    if str(to) == "-":
        sys.stdout.buffer.write(content)
        return
    path = _free(to / found.name) if to.is_dir() else to
    write_file(path, content)
    session.show({"file": str(path), "bytes": found.size, "sha256": found.sha256})


def _free(path: Path) -> Path:
    """A path nothing is at: two files of an order may be called the same.

    Raises:
        Refused: [cli.file_there].
    """
    if path.exists():
        text = "There is such a file already. To write it elsewhere, name a file: --to PATH"
        raise Refused([Problem("cli.file_there", text, str(path))])
    return path
