"""Who looks after whom without managing the tenant: by roles that manage others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs

from orderloom.directory.grantable import misplaced
from orderloom.directory.records import Change
from orderloom.errors import Forbidden, Problem
from orderloom.modules.contributions import Role
from orderloom.values import Actor, Grant, Scope, User


@attrs.frozen
class Managing:
    """Whom an actor who may not manage the tenant looks after.

    A role manages others in the scopes in which he holds it; held in the whole tenant, everywhere;
    held where it may not be granted (any more), nowhere. Nobody manages himself.

    Attributes:
        actor: who asks.
        roles: of the tenant's assembly; grants of roles it does not have count for nothing.
        missing: the problem of whoever lacks the right to manage the tenant.
    """

    actor: Actor
    roles: Mapping[str, Role]
    missing: Problem
    _own: tuple[tuple[Scope, frozenset[str]], ...] = attrs.field(init=False)

    @_own.default
    def _managed(self) -> tuple[tuple[Scope, frozenset[str]], ...]:
        held = ((grant.scope, self.roles.get(grant.role)) for grant in self.actor.grants)
        return tuple(
            (scope, role.manages)
            for scope, role in held
            if role and role.manages and scope.kind in role.scopes
        )

    def manages(self, grant: Grant) -> bool:
        """Whether the actor may give and take a grant."""
        return any(
            grant.role in managed and (scope == grant.scope or scope.kind == "tenant")
            for scope, managed in self._own
        )

    def knows(self, user: User) -> bool:
        """Whether a user is the actor, or holds anything where the actor manages something."""
        if user.id == self.actor.id:
            return True
        return any(
            scope == grant.scope or scope.kind == "tenant"
            for scope, _ in self._own
            for grant in user.grants
        )

    def looks_after(self, user: User) -> bool:
        """Whether the actor manages all that a user is: everything he holds, and something."""
        others = user.id != self.actor.id
        return others and bool(user.grants) and all(map(self.manages, user.grants))

    def check_any(self) -> None:
        """Make sure that the actor manages anybody at all.

        Raises:
            Forbidden: [right.missing] he does not, nor the tenant.
        """
        if not self._own:
            raise Forbidden([self.missing])

    def check_given(self, grants: Iterable[Grant]) -> None:
        """Make sure that the actor may give some grants, to whomever.

        Raises:
            Forbidden: [right.missing], [grant.not_managed], [grant.scope].
        """
        self.check_any()
        if problems := tuple(self._given(grants)):
            raise Forbidden(problems)

    def check(self, change: Change[User]) -> None:
        """Make sure that the actor may make a change.

        Raises:
            Forbidden: [right.missing]; [user.self] it is himself; [user.taken] he knows nobody of
                this id; [grant.not_managed] or [grant.scope] for each role given or taken,
                [user.not_managed] more than roles is changed of somebody who holds others,
                [user.without_role] nobody would look after the user any more.
        """
        self.check_any()
        if problems := tuple(self._problems(change)):
            raise Forbidden(problems)

    def _problems(self, change: Change[User]) -> Iterator[Problem]:
        before, after = change.before, change.after
        if after.id == self.actor.id:
            text = "Nobody changes himself or what he may do. To have it done, ask {who}."
            yield self._problem("user.self", text, after.grants)
            return
        if before is not None and not self.knows(before):
            text = "The id {user} is taken. To add a user, choose another id."
            yield Problem("user.taken", text, "id", params={"user": after.id}, forbidden=True)
            return
        held = () if before is None else before.grants
        yield from self._given(grant for grant in after.grants if grant not in held)
        gone = (grant for grant in held if grant not in after.grants)
        yield from map(self._unmanaged, filter(self._is_foreign, gone))
        foreign = tuple(filter(self._is_foreign, held))
        if before is not None and foreign and not _roles_only(before, after):
            text = (
                "{user} also holds {grants}, so you may give and take single roles but change "
                "nothing else of this user. To have it done, ask {who}."
            )
            params = {"user": after.id, "grants": ", ".join(map(str, foreign))}
            yield self._problem("user.not_managed", text, foreign, **params)
        if not after.grants:
            text = (
                "Without a role, nobody but {who} could look after {user}. To go on, leave or give "
                "a role that you manage, or deactivate the user."
            )
            yield self._problem("user.without_role", text, (), user=after.id)

    def _given(self, grants: Iterable[Grant]) -> Iterator[Problem]:
        for grant in filter(self._is_foreign, grants):
            role = self.roles.get(grant.role)
            if role is not None and grant.scope.kind not in role.scopes:
                yield misplaced(grant, role.scopes)  # nobody could do it, so nobody is to be asked
            else:
                yield self._unmanaged(grant)

    def _is_foreign(self, grant: Grant) -> bool:
        return not self.manages(grant)

    def _unmanaged(self, grant: Grant) -> Problem:
        text = "You may not give or take {grant}. To have it done, ask {who}."
        problem = self._problem("grant.not_managed", text, (grant,), grant=str(grant))
        return attrs.evolve(problem, field="grants")

    def _problem(self, code: str, text: str, about: Collection[Grant], **params: str) -> Problem:
        who = self._who(about)
        return Problem(code, text, params={**params, "who": who}, lifted_by=who, forbidden=True)

    def _who(self, grants: Collection[Grant]) -> str:
        """Who may give and take all these grants, in words."""
        keys = {grant.role for grant in grants}
        scopes = {grant.scope for grant in grants}
        titles = sorted(one.title for one in self.roles.values() if keys <= one.manages)
        if len(scopes) != 1 or not titles:
            return self.missing.lifted_by
        return f"{self.missing.lifted_by}, or {' or '.join(titles)} in {scopes.pop()}"


def _roles_only(before: User, after: User) -> bool:
    """Whether nothing but the grants differs."""
    return attrs.evolve(before, grants=()) == attrs.evolve(after, grants=())
