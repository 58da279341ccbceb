"""Actions: what someone may do with a subject, and the Python behind it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle.attaching import Attaches, tuple_of_attaches
from orderloom.lifecycle.checks import (
    BUYER,
    SELLER,
    name_problems,
    refuse_if_any,
    side_problems,
    title_problems,
    tuple_of_names,
)
from orderloom.lifecycle.status import START

Route = Callable[[Any, Any], str]
"""`route(subject, options)`: picks one of an action's declared targets."""

_WRITING: Final = ("target", "series", "issues", "waits_in", "refused_to", "attaches")

Edits = Callable[..., Iterable[Any]]
"""`edits(subject, options)`: the edits an action makes to the content, decided with it.

One that asks for `reading`, too, gets what the decision may look at.
"""


@attrs.frozen
class CodeNames:
    """The Python behind an action, by name: all that a stored declaration keeps of it.

    Attributes:
        options: "module:Class" of the options class, "" if none.
        fields: names of the options, in order.
        route, edits: "module:function", "" if none.
    """

    options: str = ""
    fields: tuple[str, ...] = attrs.field(default=(), converter=tuple_of_names)
    route: str = ""
    edits: str = ""


@attrs.frozen
class Action:
    """A named thing someone may do.

    Attributes:
        name: what is called and stored; unique in the lifecycle, its facets included.
        source: status or statuses it starts from; `START` creates the subject.
        target: the status it leads to; several if a `route` picks one. May equal a source. None if
            it `leaves` the subject.
        route: module-level function (subject, options) -> target, for several targets only.
        title: what a button says; from the name if not given.
        side: the side that may do it ("buyer" or "seller"), "" for any.
        permission: the right it needs; "" asks for "<type>.<action>".
        options: attrs class of what the call may say; None if it takes nothing. Not for an action
            from `START`: what is placed says all.
        facet: the facet whose status it moves, "" for the subject's own status.
        series: the number series drawn when the subject has no number yet ("the action that
            binds"), "" if it draws none.
        edits: module-level function (subject, options) -> edits, for actions that also change
            the content; not for an action from `START`. It may ask for `reading` by name.
        issues: keys of the documents issued when it is performed; what keeps one of them from
            being printed refuses the action.
        waits_in: the status the subject waits in while limits ask for approvals of this action;
            "" if it never waits (then a limit that asks for some refuses it). Not for an action
            of a facet.
        refused_to: the status a refusal leads to from there; "" back to where the action started,
            which an action from `START` cannot have.
        attaches: the files that may come with it, one `Attaches` or several; not for an action
            from `START` (attach them to what was placed), nor for one that may wait.
        leaves: the subject stays as it is: no event, no new version. Only what the hooks do that
            hear of it (`on_status_changed`) takes place.
        names: set only on an action read from storage, which has no code behind it.

    Raises:
        Refused: [lifecycle.name, lifecycle.title, lifecycle.source, lifecycle.target,
            lifecycle.side, lifecycle.route, lifecycle.edits, lifecycle.options,
            lifecycle.waits_in, lifecycle.refused_to, lifecycle.attaches, lifecycle.leaves], all at
            once.
    """

    name: str
    source: tuple[str, ...] = attrs.field(converter=tuple_of_names, kw_only=True)
    target: tuple[str, ...] = attrs.field(default=(), converter=tuple_of_names, kw_only=True)
    route: Route | None = attrs.field(default=None, kw_only=True)
    title: str = attrs.field(kw_only=True)
    side: str = attrs.field(default="", kw_only=True)
    permission: str = attrs.field(default="", kw_only=True)
    options: type[Any] | None = attrs.field(default=None, kw_only=True)
    facet: str = attrs.field(default="", kw_only=True)
    series: str = attrs.field(default="", kw_only=True)
    edits: Edits | None = attrs.field(default=None, kw_only=True)
    issues: tuple[str, ...] = attrs.field(default=(), converter=tuple_of_names, kw_only=True)
    waits_in: str = attrs.field(default="", kw_only=True)
    refused_to: str = attrs.field(default="", kw_only=True)
    attaches: tuple[Attaches, ...] = attrs.field(
        default=(), converter=tuple_of_attaches, kw_only=True
    )
    leaves: bool = attrs.field(default=False, kw_only=True)
    names: CodeNames | None = attrs.field(default=None, kw_only=True)

    @title.default
    def _title_from_name(self) -> str:
        return str(self.name).replace("_", " ").capitalize()

    def __attrs_post_init__(self) -> None:
        refuse_if_any(self._problems())

    @property
    def sources(self) -> tuple[str, ...]:
        """The statuses it starts from, in declared order."""
        return self.source

    @property
    def targets(self) -> tuple[str, ...]:
        """The statuses it may lead to: one, or those its route picks from."""
        return self.source if self.leaves else self.target

    def targets_from(self, source: str) -> tuple[str, ...]:
        """The statuses it may lead to from one of its sources."""
        return (source,) if self.leaves else self.target

    @property
    def code(self) -> CodeNames:
        """The names of the Python behind it, whether declared here or read from storage."""
        if self.names is not None:
            return self.names
        options = self.options
        return CodeNames(
            options=f"{options.__module__}:{options.__qualname__}" if options else "",
            fields=tuple(field.name for field in attrs.fields(options)) if options else (),
            route=_name_of(self.route),
            edits=_name_of(self.edits),
        )

    def _problems(self) -> Iterator[Problem]:
        yield from name_problems("action", self.name)
        yield from title_problems("action", self.title)
        yield from side_problems(self.name, self.side, ("", BUYER, SELLER), field="side")
        yield from self._end_problems()
        yield from self._leaving_problems()
        yield from self._waiting_problems()
        yield from self._attaching_problems()
        yield from self._code_problems()

    def _end_problems(self) -> Iterator[Problem]:
        for source in self.source:
            if source != START:
                yield from name_problems("status", source, field="source")
        for target in self.target:
            yield from name_problems("status", target, field="target")
        if not self.source:
            yield self._problem(
                "lifecycle.source",
                "Action {name} starts nowhere. To declare it, name at least one source.",
            )
        if len(set(self.target)) < len(self.target) or not (self.target or self.leaves):
            yield self._problem(
                "lifecycle.target",
                "Action {name} must name at least one target, each once. To stay in a status, "
                "name that status.",
            )

    def _leaving_problems(self) -> Iterator[Problem]:
        """An action that leaves the subject has nothing to write, and somewhere to leave it."""
        if not self.leaves:
            return
        parts = {part: getattr(self, part) for part in _WRITING}
        parts |= {"route": self.code.route, "edits": self.code.edits}
        if idle := [part for part, declared in parts.items() if declared]:
            yield self._problem(
                "lifecycle.leaves",
                "Action {name} leaves the subject as it is, so its {parts} would never count. To "
                "declare it, leave out {parts}, or leaves.",
                parts=", ".join(idle),
            )
        if START in self.source:
            yield self._problem(
                "lifecycle.leaves",
                "Action {name} creates a subject, so there is none it could leave as it is. To "
                "declare it, leave out leaves, or take START out of its sources.",
            )

    def _waiting_problems(self) -> Iterator[Problem]:
        for field in ("waits_in", "refused_to"):
            if name := getattr(self, field):
                yield from name_problems("status", name, field=field)
        if self.waits_in and self.facet:
            yield self._problem(
                "lifecycle.waits_in",
                "Action {name} moves a facet, and only a subject's own status can wait. To declare "
                "it, leave waits_in out.",
            )
        if self.refused_to and not self.waits_in:
            yield self._problem(
                "lifecycle.refused_to",
                "Action {name} never waits, so it cannot be refused. To declare it, name the "
                "status it waits in (waits_in), or leave refused_to out.",
            )
        if self.waits_in and not self.refused_to and START in self.source:
            yield self._problem(
                "lifecycle.refused_to",
                "Action {name} creates a subject and may wait. To declare it, say in refused_to "
                "where a refusal leads.",
            )

    def _attaching_problems(self) -> Iterator[Problem]:
        if not all(isinstance(one, Attaches) for one in self.attaches):
            yield self._problem(
                "lifecycle.attaches",
                "What action {name} attaches is not all declared by Attaches. To declare it, "
                'write Attaches("image", most=3), or several of them.',
            )
            return
        kinds = [one.kind for one in self.attaches]
        if len(set(kinds)) < len(kinds):
            yield self._problem(
                "lifecycle.attaches",
                "Action {name} attaches a kind of file twice. To declare it, name each kind once.",
            )
        if self.attaches and self.waits_in:
            yield self._problem(
                "lifecycle.attaches",
                "Action {name} may wait for approvals, and files cannot wait with it. To declare "
                "it, leave attaches or waits_in out.",
            )

    def _code_problems(self) -> Iterator[Problem]:
        if self.options is not None and not _is_attrs_class(self.options):
            yield self._problem(
                "lifecycle.options",
                "The options of action {name} are not an attrs class. To declare them, pass a "
                "class decorated with attrs.frozen.",
            )
            return
        nameless = False
        for part in ("route", "edits"):
            if getattr(self, part) is not None and not _is_module_level(getattr(self, part)):
                nameless = True
                yield self._problem(
                    f"lifecycle.{part}",
                    "The {part} of action {name} has no name of its own. To declare it, pass a "
                    "function defined with `def` at the top of its module.",
                    part=part,
                )
        if nameless:
            return
        routed = self.code.route != ""
        if routed != (len(self.target) > 1):
            yield self._problem(
                "lifecycle.route",
                "Action {name} has one target and a route, or several targets and none. To route "
                "it, name every target the route may pick, and the route.",
            )

    def _problem(self, code: str, template: str, **more: str) -> Problem:
        params = {"name": self.name, **more}
        return Problem(code, template, code.rpartition(".")[2], params=params)


def _name_of(function: Callable[..., Any] | None) -> str:
    return f"{function.__module__}:{function.__qualname__}" if function else ""


def _is_attrs_class(value: object) -> bool:
    return isinstance(value, type) and attrs.has(value)


def _is_module_level(function: object) -> bool:
    return inspect.isfunction(function) and function.__qualname__.isidentifier()
