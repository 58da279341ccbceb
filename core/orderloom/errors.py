"""What orderloom raises on purpose; anything else that escapes is a bug.

Every class here is picklable (workers and process pools hand them over) and prints as one
readable block: what is wrong and what to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

_LONGEST_VALUE = 1000  # longer than any list or reason of ours; what is typed may have a million
_LONGEST_NAME = 80


def _cut(text: str, longest: int = _LONGEST_VALUE) -> str:
    """The beginning of what was handed in, so that it cannot bury what a message says."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def _frozen_params(
    params: Mapping[str, Any] | Iterable[tuple[str, Any]],
) -> tuple[tuple[str, str], ...]:
    pairs = params.items() if isinstance(params, Mapping) else params
    return tuple(sorted((name, str(value)) for name, value in pairs))


class Figure(str):
    """A text that tells an amount; whoever may not see amounts reads another in its place.

    `str(money)` is one, and so is a parameter of a `Problem` that was given as `Money` or `Price`.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self


@attrs.frozen
class Problem:
    """Why something is refused, and what would lift it.

    Attributes:
        code: stable, dotted, starts with the module's name ("procurement.need.exceeded"); also
            the id of the message in the translation catalogues.
        template: the English message with `{name}` placeholders; says what to do ("To …, do …").
        field: path of the guilty input ("lines[3].quantity"), empty if none.
        params: values for the placeholders; kept as sorted pairs of text so that it is hashable.
            Give amounts as `Money` or `Price`: whoever may not see prices does not read them then.
        module: who answered it; filled in by the dispatcher for hooks.
        lifted_by: who or what can lift it, for `explain` ("role Buyer in project summer").
        forbidden: a missing right rather than a broken rule; the desk then raises `Forbidden`.
    """

    code: str
    template: str
    field: str = ""
    params: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=_frozen_params, kw_only=True
    )
    module: str = attrs.field(default="", kw_only=True)
    lifted_by: str = attrs.field(default="", kw_only=True)
    forbidden: bool = attrs.field(default=False, kw_only=True)

    @property
    def message(self) -> str:
        """The English message with its parameters filled in."""
        return self.render(self.template)

    def render(self, template: str) -> str:
        """Fill a (translated) template; placeholders it lacks are simply not used."""
        values = {name: _cut(value) for name, value in self.params}
        text = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)
        return Figure(text) if self.tells_figures else text

    @property
    def tells_figures(self) -> bool:
        """Whether one of its parameters tells an amount."""
        return any(isinstance(value, Figure) for _, value in self.params)

    def __str__(self) -> str:
        where = f"{_cut(self.field)}: " if self.field else ""
        return f"{where}{self.message}"


class OrderloomError(Exception):
    """The root of all deliberate errors."""


class Refused(OrderloomError):
    """A rule said no; nothing was written.

    Attributes:
        problems: all of them, never only the first.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the problems, in order."""
        return tuple(problem.code for problem in self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Forbidden(Refused):
    """The actor lacks a right; the problems name who has it."""


class Conflict(OrderloomError):
    """Someone else changed it meanwhile; nothing was written.

    Attributes:
        message: what happened and what to do.
        seen: the value the caller had seen, if there is one.
        current: the value as it is now, if there is one.
        retryable: the whole transaction may simply be tried again.
    """

    def __init__(
        self, message: str, seen: object = None, current: object = None, retryable: bool = False
    ) -> None:
        self.message, self.seen, self.current, self.retryable = message, seen, current, retryable
        super().__init__(message, seen, current, retryable)

    def __str__(self) -> str:
        return self.message


class NotFound(OrderloomError):
    """There is no such thing in this tenant (or the actor may not know of it).

    Attributes:
        kind: what was looked for ("order", "party", "module" …).
        key: the key looked for.
        hint: what to do, such as the nearest known name; a general advice if empty.
    """

    def __init__(self, kind: str, key: object, hint: str = "") -> None:
        self.kind, self.key, self.hint = kind, str(key), hint
        super().__init__(kind, str(key), hint)

    def __str__(self) -> str:
        key = _cut(self.key, _LONGEST_NAME)
        hint = self.hint or "To go on, check how it is written and which tenant you are in."
        return f"There is no {self.kind} {key!r}. {hint}"


class ModuleFault(OrderloomError):
    """A module failed; the command it was part of was not carried out.

    Attributes:
        module: key of the guilty module.
        hook: the hook or step that failed ("import", "register_documents", "check_line" …).
        version: version of the distribution it came from, "" if unknown.
        reason: the original error as text.
    """

    def __init__(self, module: str, hook: str, version: str, reason: str) -> None:
        self.module, self.hook, self.version, self.reason = module, hook, version, reason
        super().__init__(module, hook, version, reason)

    def __str__(self) -> str:
        version = f" {self.version}" if self.version else ""
        return (
            f"Module {self.module}{version} failed in {self.hook}: {self.reason} "
            f"To go on without it, switch it off or mend it; nothing was written."
        )
