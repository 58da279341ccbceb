"""Reactions of modules in quarantine, as whoever manages the tenant sees and replays them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from orderloom.desk.administration import Administration
from orderloom.desk.execution import Execution
from orderloom.errors import NotFound, Problem, Refused
from orderloom.notify.quarantine import Quarantined, free, quarantined
from orderloom.values import nearest


class Reactions:
    """The `after_*` hooks that kept failing in a tenant; all of it needs `tenant.manage`."""

    def __init__(self, do: Execution, administration: Administration) -> None:
        self._do, self._administration = do, administration

    def list(self) -> tuple[Quarantined, ...]:
        """The hooks in quarantine, each with its error and what it has not heard.

        Raises:
            Forbidden: the actor may not manage the tenant; so does `replay`.
        """
        self._administration.check_allowed()
        return quarantined(self._do.connection, self._do.tenant.key)

    def replay(self, module: str, hook: str = "", *, skipping: Iterable[UUID] = ()) -> int:
        """Let a module's hooks be called again: all they have not heard, in order, by workers.

        Args:
            module: its key.
            hook: one of its hooks; all in quarantine if "".
            skipping: ids of deliveries among the first ones, which are given up instead.

        Returns:
            How many calls are owed.

        Raises:
            NotFound: none of that module is in quarantine.
            Refused: [reaction.unknown] what is to be skipped is none of the first.
        """
        known = self.list()
        chosen = [one for one in known if one.module == module and hook in ("", one.hook)]
        if not chosen:
            near = nearest(module, {one.module for one in known})
            raise NotFound(
                "quarantine of",
                f"{module} {hook}".rstrip(),
                f"To name one, use: {near}." if near else "",
            )
        skipped = list(skipping)
        failed = {one.id for each in chosen for one in each.first}
        if problems := [_unknown(id) for id in skipped if id not in failed]:
            raise Refused(problems)
        at = (self._do.connection, self._do.tenant.key)
        count = sum(free(*at, one.source, self._do.now, skipped) for one in chosen)
        for one in chosen:
            told = {"quarantine": [one.error, None], "skipped": [0, len(skipped)]}
            self._administration.changed("reaction", {"id": one.source, "changed": told})
        return count


def _unknown(id: UUID) -> Problem:
    text = "{id} does not wait there. To skip one, name an id that `module quarantine` lists."
    return Problem("reaction.unknown", text, "skipping", params={"id": id})
