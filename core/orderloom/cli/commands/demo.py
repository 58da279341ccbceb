"""`orderloom demo`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path

import click

from orderloom.cli.commands.init import set_up
from orderloom.cli.config import FILE, NAMES, Config, file_text
from orderloom.cli.contributed import imported
from orderloom.cli.files import write_file
from orderloom.cli.groups import Command
from orderloom.cli.session import Session, pass_session
from orderloom.cli.stage import Stage
from orderloom.desk import Reader
from orderloom.documents.issuing import Issued
from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules import ON, Assemblies
from orderloom.modules.contributions import Demo
from orderloom.values import nearest

_DATABASE = "orderloom.db"
_CONFIG = Config(db=f"sqlite:///{_DATABASE}", tenant="demo", user="admin")
_MAILS = "mails"
_DOCUMENTS = "documents"
_FILES = f"{_DATABASE}.files"  # where attachments lie unless a loom is told otherwise
_MADE = (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", _FILES, _MAILS, _DOCUMENTS, FILE)
_ALWAYS = ("orderloom order list", "orderloom lifecycle prove", "orderloom audit verify")


@click.command(cls=Command)
@click.option("--module", "key", metavar="KEY", help="Whose story; the only one if omitted.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("orderloom-demo"),
    show_default=True,
)
@pass_session
def demo(session: Session, key: str | None, folder: Path) -> None:
    """Play a module's story in a folder of its own, made if it is not there.

    The folder gets a database, mails and documents. Running it twice plays nothing again.
    """
    chosen = _chosen(session, key)
    played = (folder / FILE).exists()
    tips: list[str] = []
    if not played:
        story = imported(chosen.target, chosen.key, session.catalogue.loaded[chosen.key].version)
        with _undone_on_failure(session, folder), chdir(folder):
            tips = _play(session, chosen, story)
    _tell(session, folder, played, tips)


def _chosen(session: Session, key: str | None) -> Demo:
    catalogue = session.catalogue
    known = Assemblies(catalogue).of(dict.fromkeys(catalogue.loaded, ON)).demos
    if key is None and len(known) == 1:
        return next(iter(known.values()))
    if key is None or key not in known:
        close = nearest(key or "", known, otherwise=", ".join(known))
        hint = f"To play one, add --module {close}." if known else "To play one, install a module."
        raise NotFound("demo", key or "", hint)
    return known[key]


@contextmanager
def _undone_on_failure(session: Session, folder: Path) -> Iterator[None]:
    """The folder to play in; a story that stops half-way, by Ctrl-C too, leaves nothing in it.

    Raises:
        Refused: [demo.in_the_way], [demo.folder].
    """
    there = folder.exists()
    _make_folder(folder)
    try:
        yield
    except BaseException:
        session.close()
        for path in (folder / name for name in _MADE):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if not there:
            with suppress(OSError):  # somebody else wrote into it
                folder.rmdir()
        raise


def _make_folder(folder: Path) -> None:
    """The folder, without anything a story would write over.

    Raises:
        Refused: [demo.in_the_way], [demo.folder].
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = [name for name in (_DATABASE, _MAILS, _DOCUMENTS) if (folder / name).exists()]
    except OSError as error:
        text = "{folder} cannot be made: {reason}. To go on, name another one with --folder."
        params = {"folder": folder, "reason": error.strerror}
        raise Refused([Problem("demo.folder", text, "folder", params=params)]) from None
    if taken:
        text = (
            "{folder} holds {taken}, but no finished demo. To play it, remove them, or name "
            "another folder with --folder."
        )
        params = {"folder": folder, "taken": ", ".join(taken)}
        raise Refused([Problem("demo.in_the_way", text, "folder", params=params)])


def _play(session: Session, chosen: Demo, story: Callable[[Stage], None]) -> list[str]:
    """Everything in the current folder; orderloom.toml comes last and says that it is whole.

    Returns:
        Commands the story suggests to try next.
    """
    from orderloom.loom import SETUP
    from orderloom.worker import Worker

    session.config = _CONFIG
    set_up(session, (chosen.key,), {"title": chosen.title})
    with session.loom.desk(_CONFIG.tenant, SETUP) as desk:
        desk.admin.set("core", {"mail_transport": "folder", "mail_folder": _MAILS})
    stage = Stage(
        loom=session.loom,
        tenant=_CONFIG.tenant,
        actor=session.actor,
        folder=Path.cwd(),
        quiet=session.json,
    )
    story(stage)
    Worker(session.loom).once(tenant=_CONFIG.tenant)
    _write_documents(session)
    write_file(Path(FILE), file_text(_CONFIG).encode())
    return stage.tips


def _write_documents(session: Session) -> None:
    folder = Path(_DOCUMENTS)
    folder.mkdir()
    with session.reader() as reader:
        for issued in _all_issued(reader):
            rendered = reader.render(issued)  # kept when it was mailed
            write_file(folder / rendered.name, rendered.content)


def _all_issued(reader: Reader) -> Iterator[Issued]:
    after: str | None = None
    while True:
        page = reader.find(after=after, limit=1000)
        for order in page.items:
            yield from reader.documents(order)
        after = page.next
        if after is None:
            return


def _tell(session: Session, folder: Path, played: bool, tips: list[str]) -> None:
    files = {name: len([*(folder / name).glob("*.*")]) for name in (_MAILS, _DOCUMENTS)}
    if session.json:
        session.show({"folder": str(folder), "played_before": played, **files})
        return
    if played:
        session.say(f"The demo is in {folder} already; nothing was played again.")
    session.say(
        f"\n{folder}/{_DATABASE}  the database, tenant {_CONFIG.tenant}\n"
        f"{folder}/{_MAILS}  {files[_MAILS]} mails\n"
        f"{folder}/{_DOCUMENTS}  {files[_DOCUMENTS]} documents\n\n"
        f"To try more:"
    )
    for command in (f"cd {folder}", *_unset(), *tips, *_ALWAYS):
        session.say(f"  {command}")


def _unset() -> Iterator[str]:
    """What clears the variables that would lead the commands elsewhere."""
    variables = [f"ORDERLOOM_{name.upper()}" for name in NAMES]
    if found := [name for name in variables if os.environ.get(name)]:
        yield f"unset {' '.join(found)}  # variables come before {FILE}"
