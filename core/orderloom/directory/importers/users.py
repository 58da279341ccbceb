"""Users and their grants from CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from orderloom.directory import gates
from orderloom.directory.importers.rows import counted, given_in, parts_of, whole
from orderloom.directory.imports import KeyColumn
from orderloom.directory.users import is_admin
from orderloom.errors import Forbidden, Problem, Refused
from orderloom.modules.contributions import Column, Importer, Stored
from orderloom.values import Gather, Grant, User, shown

_NO = {"no", "n", "false", "0", "inactive"}
_YES = {"", "yes", "y", "true", "1", "active"}


def _user(cells: Mapping[str, str], desk: Any) -> User:
    id = cells["id"]
    before = desk.directory.user(id) or User(id=id)
    with Gather() as gather:
        given = given_in(
            cells,
            name=str,
            email=str,
            language=str,
            active=lambda cell: bool(gather.take(_yes_or_no, cell, "active")),
            grants=lambda cell: _grants(cell, gather),
        )
        new = [grant for grant in given.get("grants", ()) if grant not in before.grants]
        gather.take(desk.directory.check_grants, tuple(new))
        made = gather.take(gates.user_of, attrs.evolve(before, **given))
    return whole(made)


def _grants(cell: str, gather: Gather) -> tuple[Grant, ...]:
    read = [gather.take(gates.grant_of, part, "grants") for part in parts_of(cell)]
    return tuple(grant for grant in read if grant is not None)


def _yes_or_no(cell: str, column: str) -> bool:
    word = cell.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    template = "“{given}” is neither yes nor no. To go on, write one of them."
    raise Refused(
        [Problem("import.not_yes_or_no", template, column, params={"given": shown(cell)})]
    )


def _save_users(records: Sequence[User], desk: Any) -> Stored:
    """Admins first, so that a file may name new ones and let the old ones go.

    Raises:
        Forbidden: all that the actor may not change, of whichever users.
    """
    changes, problems = [], []
    for user in sorted(records, key=is_admin, reverse=True):
        try:
            changes.append(desk.directory.save_user(user))
        except Forbidden as refusal:
            problems += [attrs.evolve(one, field=f"user {user.id}") for one in refusal.problems]
    if problems:
        raise Forbidden(problems)
    return counted(changes)


USERS: Final = Importer(
    key="users",
    title="Users",
    columns=(
        KeyColumn(name="id", required=True, aliases=("user", "login")),
        Column(name="name"),
        Column(name="email", aliases=("e-mail", "mail")),
        Column(name="language", help="such as en or de-AT"),
        Column(name="active", help="yes or no; yes if empty"),
        Column(
            name="grants",
            aliases=("grant", "roles", "role"),
            help="all there are, such as procurement.buyer@project:summer; several with ; or |",
        ),
    ),
    read=_user,
    store=_save_users,
)
