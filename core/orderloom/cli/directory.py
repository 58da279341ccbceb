"""What the groups `project`, `party`, `product`, `unit` and `user` have in common."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from orderloom.cli.session import Session
from orderloom.directory import BoundDirectory, Change, TenantDirectory
from orderloom.errors import NotFound, Problem, Refused
from orderloom.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


@contextmanager
def directory_of(session: Session) -> Iterator[TenantDirectory]:
    """The directory of the tenant, to look things up in."""
    with session.reader() as reader:
        yield reader.directory


def save(
    session: Session,
    what: str,
    id: str,
    find: Callable[[BoundDirectory], T | None],
    write: Callable[[BoundDirectory], Change[T]],
) -> None:
    """Write a record that must not be there yet.

    Raises:
        Refused: [cli.exists] it is, and what the gates refuse.
    """

    def work(desk: Any) -> Change[T]:
        absent(find(desk.directory), what, id)
        return write(desk.directory)

    told(session, what, id, session.run(work))


def replace(
    session: Session, what: str, id: str, write: Callable[[BoundDirectory], Change[T]]
) -> None:
    """Write a record, whether it is there or not."""
    told(session, what, id, session.run(lambda desk: write(desk.directory)))


def absent(record: object | None, what: str, id: str) -> None:
    """Make sure that there is no such record yet.

    Raises:
        Refused: [cli.exists].
    """
    if record is not None:
        text = "There is {what} {id} already. To replace all that is known of it, add --replace."
        raise Refused([Problem("cli.exists", text, "id", params={"what": what, "id": id})])


def told(session: Session, what: str, id: str, change: Change[T]) -> None:
    """Answer a command that wrote a record."""
    if session.json:
        session.show(change.after)
        return
    done = "was created" if change.created else "was changed" if change.differs else "is as before"
    session.say(f"{what.capitalize()} {id} {done}.")


def found(record: T | None, what: str, id: str, known: list[str]) -> T:
    """The record, which a person named.

    Raises:
        NotFound: there is none; says which is the nearest.
    """
    if record is None:
        close = nearest(id, known, otherwise=", ".join(known[:5]))
        hint = f"To name one, use: {close}." if close else f"To add one: orderloom {what} add"
        raise NotFound(what, id, hint)
    return record


def parts(values: tuple[str, ...], flag: str) -> tuple[tuple[str, str], ...]:
    """LABEL=TEXT, given several times, as pairs.

    Raises:
        Refused: [cli.not_a_pair].
    """
    pairs = []
    for value in values:
        label, sign, text = (part.strip() for part in value.partition("="))
        if not (label and sign and text):
            template = "“{given}” is not a pair. To give one, write LABEL=TEXT."
            raise Refused([Problem("cli.not_a_pair", template, flag, params={"given": value})])
        pairs.append((label, text))
    return tuple(pairs)
