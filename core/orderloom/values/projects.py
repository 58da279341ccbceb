"""Projects: what needs and orders may belong to."""

from __future__ import annotations

from datetime import date

import attrs

from orderloom.errors import Problem, Refused


@attrs.frozen
class Project:
    """A project: a filter, a permission scope and a numbering prefix.

    Attributes:
        id: its key within the tenant.
        title: as people know it.
        prefix: put before human numbers, empty for none.
        starts: first business day, if known.
        ends: last business day, if known; not before `starts`.

    Raises:
        Refused: [project.ends_before_start].

    Source: BackOps, orders (there: "event").
    """

    id: str
    title: str
    prefix: str = attrs.field(default="", kw_only=True)
    starts: date | None = attrs.field(default=None, kw_only=True)
    ends: date | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.starts and self.ends and self.ends < self.starts:
            template = (
                "The project ends on {ends}, before it starts on {starts}. To go on, set the end "
                "to the first day or later."
            )
            params = {"starts": self.starts, "ends": self.ends}
            raise Refused([Problem("project.ends_before_start", template, "ends", params=params)])
