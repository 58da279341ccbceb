"""Fields modules add to lists: filterable in `find`, printable in lists and CSV."""

from __future__ import annotations

from collections.abc import Callable

import attrs

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
    """

    key: str
    title: str
    type: str
    of: Callable[[Subject], str]
    indexed: bool = False
