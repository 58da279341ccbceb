"""Fields modules add to lists: filterable in `find`, printable in lists and CSV."""

from __future__ import annotations

from collections.abc import Callable, Collection

import attrs

from orderloom.modules.contributions.contexts import Reading
from orderloom.modules.contributions.types import guardable
from orderloom.orders.subject import Subject


@attrs.frozen(kw_only=True)
class Field:
    """A value computed from a subject.

    Attributes:
        key: "procurement.department"; starts with the module's key.
        title: column heading.
        type: the subject type it belongs to.
        of: pure function to the text, "" for none; dates as ISO text, numbers as plain text.
        indexed: kept beside the subject so that `find` can filter by it.
        listed: the only values there are, of a field that says a department and whose values an
            admin may list; any if it answers none.
        shows: what it tells of that a type may guard (`Guarded`): who may not see that neither
            reads it nor filters by it. Anything guarded that is not named here is kept from `of`.
    """

    key: str
    title: str
    type: str
    of: Callable[[Subject], str]
    indexed: bool = False
    listed: Callable[[Reading], Collection[str]] | None = None
    shows: tuple[str, ...] = attrs.field(default=(), converter=guardable)
