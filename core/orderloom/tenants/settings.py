"""A module's settings in layers: default < file < environment < tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

import attrs

from orderloom.errors import Problem, Refused
from orderloom.orders import codec
from orderloom.tenants.structuring import field_types, problems_of, structure, unstructure
from orderloom.values import Gather, nearest, shown

T = TypeVar("T")

DEFAULT: Final = "default"
FILE: Final = "file"
ENVIRONMENT: Final = "environment"
TENANT: Final = "tenant"
_PREFIX: Final = "ORDERLOOM_"

INSTALLATION: Final = "installation"
"""Metadata of a field of a settings class that no tenant sets for itself."""


@attrs.frozen
class Sources:
    """What an installation says about settings, beside the tenants' own rows.

    Attributes:
        file: a TOML file as a dict: `[settings.<module>]`, and for one tenant
            `[tenants.<key>.settings.<module>]`.
        environment: variables such as ORDERLOOM_PROCUREMENT__FREE_STATUS.
    """

    file: Mapping[str, Any] = attrs.field(factory=dict)
    environment: Mapping[str, str] = attrs.field(factory=dict, repr=False)


@attrs.frozen
class Layer:
    """The raw settings of one module from one place.

    Attributes:
        name: "file", "file, tenant acme", "environment" or "tenant".
        values: raw values by name.
    """

    name: str
    values: Mapping[str, Any]


@attrs.frozen
class Origin:
    """One setting as it holds, for people.

    Attributes:
        name: of the setting.
        value: as text that would set it so; of a secret the reference.
        layer: where it comes from.
    """

    name: str
    value: str
    layer: str


@attrs.frozen
class Settings(Generic[T]):
    """A module's settings with all layers applied.

    Attributes:
        value: an instance of the module's settings class.
        layers: name of the layer each setting comes from; what is not in it has its default.
    """

    value: T
    layers: Mapping[str, str]

    def plain(self, name: str) -> Any:
        """One setting, JSON-ready; of a secret the reference."""
        return unstructure(getattr(self.value, name))

    def provenance(self) -> tuple[Origin, ...]:
        """Each setting, its value and its layer, in declared order."""
        names = field_types(type(self.value))
        return tuple(
            Origin(name, _as_text(getattr(self.value, name)), self.layers.get(name, DEFAULT))
            for name in names
        )


def layers_of(
    module: str, tenant: str, sources: Sources, stored: Mapping[str, Any]
) -> tuple[Layer, ...]:
    """The layers above the defaults, the weakest first.

    Args:
        module: key of the module, "core" for the core's own.
        tenant: key of the tenant.
        sources: file and environment.
        stored: the tenant's rows of this module, as `stored_settings` gives them.

    Raises:
        Refused: [settings.not_a_table] a part of the file is not a table.
    """
    with Gather() as gather:
        general = gather.take(_table, sources.file, "settings", module)
        own = gather.take(_table, sources.file, "tenants", tenant, "settings", module)
    return (
        Layer(FILE, general or {}),
        Layer(f"{FILE}, tenant {tenant}", own or {}),
        Layer(ENVIRONMENT, _variables(module, sources.environment)),
        Layer(TENANT, stored),
    )


def layered(cls: type[T], module: str, layers: Iterable[Layer]) -> Settings[T]:
    """Structure each layer through the gates and apply them, the last one wins.

    Args:
        cls: attrs class of the settings; every field has a default.
        module: key of the module, for messages.
        layers: the weakest first.

    Raises:
        Refused: every wrong value of every layer, its field naming module, setting and layer:
            [settings.unknown] with a did-you-mean, [settings.installation_only], and what the
            gates and the class refuse.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    with Gather() as gather:
        for layer in layers:
            read = gather.take(checked, cls, module, layer)
            values.update(read or {})
            origins.update(dict.fromkeys(read or {}, layer.name))
    try:
        return Settings(_made(cls, values), origins)
    except Exception as error:  # settings that contradict each other, as the class sees it
        raise Refused(_placed(problem, module) for problem in problems_of(error)) from None


def checked(cls: type[Any], module: str, layer: Layer) -> dict[str, Any]:
    """The structured values of one layer, each tried for itself.

    Raises:
        Refused: as `layered`.
    """
    kinds = field_types(cls)
    values: dict[str, Any] = {}
    with Gather() as gather:
        for name, raw in layer.values.items():
            where = f"{module}.{shown(name)} ({layer.name})"
            if name not in kinds:
                gather.add(_unknown(name, kinds, where))
                continue
            if layer.name == TENANT and _of_installation(cls, name):
                gather.add(_not_the_tenants(name, where))
                continue
            try:
                value = structure(raw, kinds[name])
                _validate(cls, name, value)
            except Exception as error:  # whatever the class's converters and validators raise
                for problem in problems_of(error):
                    gather.add(attrs.evolve(problem, field=where))
            else:
                values[name] = value
    return values


def file_problems(file: Mapping[str, Any], modules: Iterable[str]) -> tuple[Problem, ...]:
    """Tables of the file that nobody would read: misspelt, or of modules not installed.

    Keys beside the tables are left to whoever shares the file, such as the command line.

    Raises:
        Refused: [settings.not_a_table].
    """
    known = ("core", *modules)
    tables = {"settings": _table(file, "settings")}
    unread = [*_unread("", file, ("settings", "tenants"))]
    for tenant in _table(file, "tenants"):
        path = f"tenants.{tenant}.settings"
        tables[path] = _table(file, "tenants", tenant, "settings")
        unread += _unread(f"tenants.{tenant}.", _table(file, "tenants", tenant), ("settings",))
    return (*unread, *_unknown_modules(tables, known))


def _unread(path: str, table: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[Problem]:
    """The tables in a table whose names mean nothing."""
    template = "There is no table [{path}{given}]. To set something, write: {nearest}."
    for name, value in table.items():
        if isinstance(value, Mapping) and name not in known:
            near = nearest(name, known, most=1) or known[0]
            form = f"[{path}{near}.{'MODULE' if near == 'settings' else 'KEY.settings.MODULE'}]"
            params = {"path": path, "given": shown(name), "nearest": form}
            where = f"{path}{shown(name)} ({FILE})"
            yield Problem("settings.unknown_table", template, where, params=params)


def _unknown_modules(
    tables: Mapping[str, Mapping[str, Any]], known: tuple[str, ...]
) -> tuple[Problem, ...]:
    template = "There is no module “{given}”. To set it up, install it, or write: {nearest}."
    return tuple(
        Problem(
            "settings.unknown_module",
            template,
            f"{path}.{shown(name)} ({FILE})",
            params={
                "given": shown(name),
                "nearest": nearest(name, known, otherwise=", ".join(known)),
            },
        )
        for path, table in tables.items()
        for name in table
        if name not in known
    )


def _of_installation(cls: type[Any], name: str) -> bool:
    """Whether only whoever runs the installation may set it, for all tenants or for one."""
    return bool(attrs.fields_dict(cls)[name].metadata.get(INSTALLATION))


def _not_the_tenants(name: str, where: str) -> Problem:
    template = (
        "{name} is set by whoever runs the installation. To set it, write it into the settings "
        "file or the environment."
    )
    return Problem("settings.installation_only", template, where, params={"name": name})


def _validate(cls: type[Any], name: str, value: Any) -> None:
    """Run the field's own converter and validator; how fields fit together is asked later."""
    field = attrs.fields_dict(cls)[name]
    if isinstance(field.converter, attrs.Converter):
        return  # asks for the whole instance: tried when that is made
    converted = field.converter(value) if field.converter else value
    if field.validator:
        field.validator(cls(), field, converted)


def _made(cls: type[T], values: Mapping[str, Any]) -> T:
    aliases = {field.name: field.alias or field.name for field in attrs.fields(cls)}  # type: ignore[arg-type]  # an attrs class
    return cls(**{aliases[name]: value for name, value in values.items()})


def _table(file: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """A table of the file; an empty one if it is not there."""
    table: Any = file
    for depth, name in enumerate(path, start=1):
        table = table.get(name, {})
        if not isinstance(table, Mapping):
            where = ".".join(path[:depth])
            template = "[{where}] is not a table. To set something, write name = value below it."
            problem = Problem(
                "settings.not_a_table", template, f"{where} ({FILE})", params={"where": where}
            )
            raise Refused([problem])
    return table  # type: ignore[no-any-return]  # a mapping: looked at above


def _variables(module: str, environment: Mapping[str, str]) -> dict[str, str]:
    prefix = f"{_PREFIX}{module.upper()}__"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in sorted(environment.items())
        if name.startswith(prefix)
    }


def _unknown(name: str, known: Iterable[str], where: str) -> Problem:
    template = "There is no setting “{given}”. To go on, leave it out, or write: {nearest}."
    close = nearest(name, known, otherwise=", ".join(known))
    params = {"given": shown(name), "nearest": close}
    return Problem("settings.unknown", template, where, params=params)


def _placed(problem: Problem, module: str) -> Problem:
    return attrs.evolve(problem, field=f"{module}.{problem.field}" if problem.field else module)


def _as_text(value: object) -> str:
    raw = "" if value is None else unstructure(value)
    return raw if isinstance(raw, str) else codec.dumps(raw)
