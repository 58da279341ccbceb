"""Errors of the database drivers, told as ours: what happened, and what to do about it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy.exc import DBAPIError, MissingGreenlet, StatementError

from orderloom.errors import Conflict, OrderloomError, Problem, Refused
from orderloom.store.entering import not_migrated

AUTOCOMMIT: Final = "AUTOCOMMIT"  # the isolation level, as SQLAlchemy names it

_RETRY: Final = {
    "40001": "Another change came in between",
    "40P01": "Two changes waited for each other",
    "55P03": "Someone else holds the same rows",
}
_BUSY: Final = "The database is busy with another change"
_LOST: Final = "The connection to the database was lost"

_READ_ONLY: Final = Problem(
    "store.read_only",
    "The database cannot be written to. To go on, make its file and folder writable, or connect "
    "to the primary server.",
)
_DISK_FULL: Final = Problem(
    "store.disk_full",
    "The disk of the database is full; nothing was written. To go on, free some space.",
)
_NOT_A_DATABASE: Final = Problem(
    "store.not_a_database",
    "The file is not a SQLite database. To go on, name another file or restore it from a backup.",
)
_DAMAGED: Final = Problem(
    "store.damaged",
    "The database file is damaged. To go on, restore it from a backup.",
)
_CANNOT_OPEN: Final = Problem(
    "store.cannot_open",
    "The database file cannot be opened. To go on, create its folder and check who may use it.",
)
_DISK_FAULT: Final = Problem(
    "store.disk_fault",
    "The disk of the database failed. To go on, check the disk and its free space, then try again.",
)
_UNREACHABLE: Final = Problem(
    "store.unreachable",
    "The database server does not answer: {reason} To go on, check its address and that it runs.",
)
_NOT_LET_IN: Final = Problem(
    "store.not_let_in",
    "The database server does not let this user in: {reason} To go on, check the user of the URL "
    "and give the password by PGPASSWORD or ~/.pgpass.",
)
_NO_SUCH_DATABASE: Final = Problem(
    "store.no_such_database",
    "The database server has no such database: {reason} To go on, check the name in the URL, or "
    "create it (CREATE DATABASE).",
)
_NOT_ALLOWED: Final = Problem(
    "store.not_allowed",
    "The database does not allow it to this role: {reason} To go on, run `orderloom migrate` as "
    "the owner of the tables, with --grant ROLE to let a role in.",
)
_UNSTORABLE: Final = Problem(
    "store.unstorable_text",
    "A text holds NUL or half a character, which no database can keep. To go on, type it again.",
)

_SQLITE: Final = {
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_FULL: _DISK_FULL,
    sqlite3.SQLITE_NOTADB: _NOT_A_DATABASE,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_IOERR: _DISK_FAULT,
}
_POSTGRES: Final = {
    "25006": _READ_ONLY,
    "53100": _DISK_FULL,
    "22P05": _UNSTORABLE,  # what travels as JSON is refused by the server, not by the driver
}
_UNDEFINED: Final = ("42P01", "42883")  # a table, a function
_INSUFFICIENT: Final = "42501"
_HALF_A_CHARACTER: Final = "surrogates not allowed"
_STRANGER: Final = r'password|authentication failed|role ".*" does not exist|pg_hba\.conf'
_PRIMARY_CODE: Final = 0xFF  # SQLite's extended codes keep the primary one in the low byte


def translate(error: BaseException) -> OrderloomError | None:
    """What a driver's error means for the caller; None if it is a bug and should travel on.

    A lock that was not to be had is a `Conflict(retryable=True)`: the whole transaction may be
    tried again. What only a person can mend is `Refused`, with a code `store.…` and the remedy.
    """
    if isinstance(error, StatementError) and isinstance(error.orig, OrderloomError):
        return error.orig  # a column type refused a value
    if isinstance(error, UnicodeEncodeError) and error.reason == _HALF_A_CHARACTER:
        return Refused([_UNSTORABLE])  # the drivers encode before they send anything
    if isinstance(error, MissingGreenlet):
        return asynchronous()
    if not isinstance(error, DBAPIError):
        return None
    driver: Any = error.orig
    if isinstance(driver, sqlite3.Error):
        return _sqlite(driver)
    return _postgres(error, driver)


@contextmanager
def translated() -> Iterator[None]:
    """Raise what `translate` makes of the errors inside."""
    try:
        yield
    except (StatementError, UnicodeEncodeError, MissingGreenlet) as error:
        # A full disk makes SQLite roll back by itself; what then escapes is the failing
        # ROLLBACK TO, with the cause behind it.
        found = next(filter(None, map(translate, _chain(error))), None)
        if found is None:
            raise
        raise found from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised from; behind a failed ROLLBACK TO also what it undid."""
    undoing = False
    while error is not None:
        yield error
        if isinstance(error, StatementError):
            undoing = (error.statement or "").startswith("ROLLBACK TO")
        error = error.__context__ if undoing else error.__cause__


def _sqlite(driver: sqlite3.Error) -> OrderloomError | None:
    code = getattr(driver, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _conflict(_BUSY)
    if code in _SQLITE:
        return Refused([_SQLITE[code]])
    return not_migrated() if "no such table: ol_" in str(driver) else None


def _postgres(error: DBAPIError, driver: Any) -> OrderloomError | None:
    state = getattr(driver, "sqlstate", None)
    if state in _RETRY:
        return _conflict(_RETRY[state])
    if state in _POSTGRES:
        return Refused([_POSTGRES[state]])
    if type(driver).__name__ == "DataError" and state is None and "NUL" in str(driver):
        return Refused([_UNSTORABLE])
    if state == _INSUFFICIENT and _lacks_rights(driver):
        return Refused([_with_reason(_NOT_ALLOWED, _first_line(driver))])
    if state in _UNDEFINED and "ol_" in _first_line(driver):
        return not_migrated()
    if error.connection_invalidated and error.statement:  # at COMMIT nobody could tell
        return _conflict(_LOST)
    connecting = error.statement is None and not error.connection_invalidated
    if state is None and connecting and type(driver).__name__ == "OperationalError":
        return Refused([_with_reason(_unconnected(driver), _first_line(driver))])
    return None


def _unconnected(driver: Any) -> Problem:
    """Why there is no connection; before there is one, the server's words are all there is."""
    reason = str(driver)
    if re.search(r'database ".*" does not exist', reason):
        return _NO_SUCH_DATABASE
    return _NOT_LET_IN if re.search(_STRANGER, reason) else _UNREACHABLE


def _lacks_rights(driver: Any) -> bool:
    """Rights on something of ours; row-level security says the same, and then it is a bug."""
    by = getattr(getattr(driver, "diag", None), "source_function", "")
    return by == "aclcheck_error" and any(name in _first_line(driver) for name in ("ol_", "schema"))


def _first_line(driver: Any) -> str:
    return str(driver).strip().splitlines()[0]


def _with_reason(problem: Problem, reason: str) -> Problem:
    return Problem(problem.code, problem.template, params={"reason": f"{reason.rstrip('.')}."})


def _conflict(what: str) -> Conflict:
    return Conflict(f"{what}; nothing was written. To go on, try again.", retryable=True)


def autocommit() -> Refused:
    """Why a database in AUTOCOMMIT mode is not written to."""
    text = (
        "The database is used in AUTOCOMMIT mode, where nothing could be rolled back. To go on, "
        "use an engine or connection with transactions: leave out isolation_level='AUTOCOMMIT'."
    )
    return Refused([Problem("store.autocommit", text)])


def asynchronous() -> Refused:
    """Why an asynchronous engine is not worked with outside of a greenlet."""
    text = (
        "This engine is asynchronous, and a loom works synchronously. To go on, give the loom a "
        "synchronous engine, or the URL, of the same database; sessions of yours it joins by "
        "await session.run_sync(...)."
    )
    return Refused([Problem("store.async_engine", text)])
