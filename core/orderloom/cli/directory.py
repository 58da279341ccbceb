"""What the groups `project`, `party`, `product`, `unit` and `user` have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from orderloom.cli.session import Session
from orderloom.directory import BoundDirectory, Change, TenantDirectory
from orderloom.errors import NotFound, Problem, Refused
from orderloom.values import Gather, nearest, pair_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderloom.desk import Desk

T = TypeVar("T")


@contextmanager
def directory_of(session: Session) -> Iterator[TenantDirectory]:
    """The directory of the tenant, to look things up in."""
    with session.reader() as reader:
        yield reader.directory


@attrs.frozen(kw_only=True)
class Kind(Generic[T]):
    """One kind of record of the directory, and what every group does with it.

    Attributes:
        name: as its command is called.
        find: one by its id.
        ids: of all there are.
        save: creates or replaces one.
    """

    name: str
    find: Callable[[TenantDirectory, str], T | None]
    ids: Callable[[TenantDirectory], Iterable[str]]
    save: Callable[[BoundDirectory, T], Change[T]]

    def add(
        self,
        session: Session,
        id: str,
        made: T,
        *,
        replace: bool,
    ) -> None:
        """Write a record.

        Args:
            session: whose tenant and actor.
            id: of the record.
            made: what to write.
            replace: whether it is there or not.

        Raises:
            Refused: [cli.exists] it is there, and what the gates refuse.
        """

        def work(desk: Desk) -> Change[T]:
            if not replace and self.find(desk.directory, id) is not None:
                raise Refused([_there(self.name, id)])
            return self.save(desk.directory, made)

        self.told(session, id, session.run(work))

    def told(self, session: Session, id: str, change: Change[T]) -> None:
        """Answer a command that wrote a record."""
        if session.json:
            session.show(change.after)
            return
        word = "is as before" if not change.differs else "was changed"
        session.say(f"{self.name.capitalize()} {id} {'was created' if change.created else word}.")

    def show(
        self, session: Session, id: str, facts: Callable[[T], Any] = lambda record: record
    ) -> None:
        """Show a record: as it is to programs, by its facts to people.

        Raises:
            NotFound: there is none; says which is the nearest.
        """
        with directory_of(session) as directory:
            record = self.find(directory, id)
            if record is None:
                raise self._missing(directory, id)
        session.show(record if session.json else facts(record))

    def _missing(self, directory: TenantDirectory, id: str) -> NotFound:
        known = [*self.ids(directory)]
        close = nearest(id, known, otherwise=", ".join(known[:5]))
        hint = f"To name one, use: {close}." if close else f"To add one: orderloom {self.name} add"
        return NotFound(self.name, id, hint)


def say_language(session: Session, language: str) -> None:
    """Tell a person who chose a language nobody has translated documents and mails into yet."""
    from orderloom.documents import is_translated

    if language and not is_translated(language):
        session.say(
            f"Nothing is translated into {language} yet: documents and mails are in English."
        )


def pairs_of(given: tuple[str, ...], flag: str) -> tuple[tuple[str, str], ...]:
    """LABEL=TEXT, given several times, as pairs.

    Raises:
        Refused: [text.not_a_pair].
    """
    with Gather() as gather:
        pairs = [gather.take(pair_of, text, flag, example="LABEL=TEXT") for text in given]
    return tuple(filter(None, pairs))


def _there(what: str, id: str) -> Problem:
    text = "There is {what} {id} already. To replace all that is known of it, add --replace."
    return Problem("cli.exists", text, "id", params={"what": what, "id": id})
