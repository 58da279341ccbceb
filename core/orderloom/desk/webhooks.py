"""A tenant's webhooks, as whoever manages the tenant changes them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import attrs

from orderloom.desk.administration import Administration
from orderloom.desk.execution import Execution
from orderloom.desk.granting import grantable
from orderloom.desk.hearing import check_hears
from orderloom.directory import StandaloneDirectory, grant_of
from orderloom.directory.grantable import check_grants
from orderloom.errors import NotFound, Problem, Refused
from orderloom.notify import give_up
from orderloom.notify.webhooks import (
    DISABLED,
    ON,
    Endpoint,
    Rules,
    Secret,
    addresses_of,
    rows,
    target_of,
    types_of,
)
from orderloom.notify.webhooks.signing import LENGTH
from orderloom.orders.unfit import unfit
from orderloom.tenants import CoreSettings, bump_revision
from orderloom.values import Gather, Grant, Scope, key_of, nearest, shown

MOST = 50
"""Endpoints a tenant may have: each is looked at for every event."""

OVERLAP = timedelta(hours=24)
"""How long a secret that was replaced signs along, unless said otherwise."""

LONGEST_OVERLAP = timedelta(days=30)
"""How long it may at most."""


@attrs.frozen
class Signed:
    """An endpoint and what a message to it is signed with."""

    endpoint: Endpoint
    secrets: tuple[Secret, ...]
    rules: Rules


class Webhooks:
    """The endpoints of a tenant; each change is an event of the tenant.

    All of it needs the permission `tenant.manage`. A secret is answered once, by what makes it.
    """

    def __init__(self, do: Execution, administration: Administration) -> None:
        self._do, self._administration = do, administration

    def list(self) -> tuple[Endpoint, ...]:
        """All endpoints, by name.

        Raises:
            Forbidden: the actor may not manage the tenant; so does everything here.
        """
        self._administration.check_allowed()
        return rows.endpoints(self._do.connection, self._do.tenant.key)

    def get(self, name: str) -> Endpoint:
        """One endpoint.

        Raises:
            NotFound: there is none of that name.
        """
        known = {one.name: one for one in self.list()}
        if name not in known:
            near = nearest(name, known, otherwise=", ".join(known))
            raise NotFound("webhook", name, f"To name one, use: {near}." if near else "")
        return known[name]

    def signed(self, name: str) -> Signed:
        """What is needed to send something to an endpoint.

        Raises:
            NotFound: there is none of that name.
        """
        found = self.get(name)
        kept = rows.secrets_of(self._do.connection, self._do.tenant.key, name)
        return Signed(found, kept, rules_of(self._do.settings(CoreSettings)))

    def add(
        self, name: str, url: str, types: Iterable[str], grant: Grant | str = "admin"
    ) -> tuple[Endpoint, str]:
        """Add an endpoint; answers it and the secret its messages are signed with.

        Its host is looked up, so that one nobody may send to is refused at once.

        Args:
            name: key within the tenant.
            url: https://…
            types: what it is told (see `Endpoint`).
            grant: the role by which it hears, and where; a text such as `admin@party:V1`.

        Raises:
            Refused: [webhook.exists], [webhook.too_many], [webhook.url], [webhook.unknown_host],
                [webhook.private_target], [webhook.no_types], [webhook.unknown_type], [grant.*],
                [webhook.deaf] for each type of which the grant lets nothing be read,
                [key.malformed]; all at once, addresses last.
        """
        rules = rules_of(self._do.settings(CoreSettings))
        with self._changing():
            with Gather() as gather:
                gather.take(key_of, name, "name")
                gather.take(self._check_room, name)
                target = gather.take(target_of, url, rules)
                wanted = gather.take(types_of, types, self._do.assembly)
                given = gather.take(self._granted, grant)
                if wanted and given:
                    gather.take(check_hears, wanted, given, self._do.assembly)
            assert target is not None
            assert wanted is not None
            assert given is not None
            addresses_of(target, rules)
            made = Endpoint(
                name=name, url=target.url, types=wanted, grant=given, created_at=self._do.now
            )
            secret = _new_secret()
            rows.add(self._do.connection, self._do.tenant.key, made, secret)
            self._tell(name, {"url": [None, made.url], "types": [None, list(wanted)],
                              "grant": [None, str(given)], "state": [None, ON]})  # fmt: skip
        return made, secret.text

    def remove(self, name: str) -> int:
        """Remove an endpoint; what it was owed is given up, answers how much."""
        with self._changing():
            found = self.get(name)
            rows.remove(self._do.connection, self._do.tenant.key, name)
            self._tell(name, {"state": [found.state, None]})
            return self._give_up(found, "The webhook was removed.")

    def enable(self, name: str) -> None:
        """Tell an endpoint of what happens from now on; what was given up is resent on demand."""
        with self._changing():
            found = self.get(name)
            rows.set_state(self._do.connection, self._do.tenant.key, name, ON)
            self._tell(name, {"state": [found.state, ON]})

    def disable(self, name: str, reason: str = "") -> int:
        """Tell an endpoint nothing more; what it is owed is given up, answers how much."""
        with self._changing():
            found = self.get(name)
            rows.set_state(self._do.connection, self._do.tenant.key, name, DISABLED, reason)
            self._tell(name, {"state": [found.state, DISABLED], "reason": [None, reason]})
            return self._give_up(found, "The webhook was disabled.")

    def rotate(self, name: str, overlap: timedelta = OVERLAP) -> str:
        """Replace the secret of an endpoint; answers the new one.

        Args:
            overlap: how long messages are signed with the old one, too; 30 days at most.

        Raises:
            Refused: [input.unfit] it is no such span.
        """
        if not isinstance(overlap, timedelta) or not timedelta() <= overlap <= LONGEST_OVERLAP:
            raise unfit("overlap", overlap, "a timedelta of 0 to 30 days")
        with self._changing():
            self.get(name)
            at = (self._do.connection, self._do.tenant.key, name)
            until = self._do.now + overlap
            old = [
                attrs.evolve(one, until=min(one.until or until, until))
                for one in rows.secrets_of(*at)
                if one.signs(self._do.now)
            ]
            secret = _new_secret()
            rows.set_secrets(*at, [secret, *(one for one in old if one.signs(self._do.now))])
            self._tell(name, {"secret": ["replaced", "new"]})
        return secret.text

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._administration.changing():
            bump_revision(self._do.connection, self._do.tenant.key)  # desks know who is told
            yield

    def _check_room(self, name: str) -> None:
        known = [one.name for one in self.list()]
        if name in known:
            text = "Webhook {name} exists already. To add another one, give it another name."
            raise Refused([Problem("webhook.exists", text, "name", params={"name": shown(name)})])
        if len(known) >= MOST:
            text = "There are {most} webhooks already. To add another one, remove one."
            raise Refused([Problem("webhook.too_many", text, params={"most": MOST})])

    def _granted(self, given: Grant | str) -> Grant:
        grant = grant_of(given, "grant")
        known = grantable(self._do.assembly, self._do)
        ours = isinstance(self._do.directory, StandaloneDirectory)
        checked = grant if ours else Grant(grant.role)
        check_grants(self._do.connection, self._do.tenant.key, [checked], known)
        if not ours and not self._is_there(grant.scope):
            text = "There is no {scope}. To have a webhook hear what it may know, name one."
            params = {"scope": shown(str(grant.scope))}
            raise Refused([Problem("grant.unknown_scope", text, "grant", params=params)])
        return grant

    def _is_there(self, scope: Scope) -> bool:
        find = {"party": self._do.party, "project": self._do.project}.get(scope.kind)
        return find is None or find(scope.id) is not None

    def _give_up(self, endpoint: Endpoint, reason: str) -> int:
        at = (self._do.connection, self._do.tenant.key)
        return give_up(*at, endpoint.source, self._do.now, reason)

    def _tell(self, name: str, changed: dict[str, object]) -> None:
        body = {"id": name, "changed": changed}
        self._administration.changed("webhook", body)


def rules_of(settings: CoreSettings) -> Rules:
    """What the installation lets webhooks do."""
    return Rules(settings.webhook_insecure, float(settings.webhook_timeout_seconds))


def _new_secret() -> Secret:
    return Secret.of(secrets.token_bytes(LENGTH))
