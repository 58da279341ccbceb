"""Module data on subjects and lines: typed records that travel as opaque text.

A module declares its record once:

    @module_data("inspection", v=1)
    @attrs.frozen(kw_only=True)
    class InspectionData:
        inspector: str = ""

and reads it as `order.data[InspectionData]`. Data of a module that is switched off or gone is
never parsed: its canonical text is carried through every edit and copy unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from orderloom.errors import ModuleFault
from orderloom.orders import codec

T = TypeVar("T")
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


def module_data(
    module: str, *, v: int = 1, upgrades: Mapping[int, Upgrade] | None = None
) -> Callable[[type[T]], type[T]]:
    """Declare an attrs class as the data a module keeps on subjects or lines.

    Args:
        module: key the data is stored under; the module's own key, optionally with a suffix.
        v: version of the record's shape; stored with it.
        upgrades: for each older version the function that turns its dict into the next one's.
    """

    def declare(cls: type[T]) -> type[T]:
        cls.__orderloom_data__ = (module, v, dict(upgrades or {}))  # type: ignore[attr-defined]  # ours alone
        return cls

    return declare


def data_key(cls: type[object]) -> str:
    """The key a declared record class is stored under."""
    return str(_declaration(cls)[0])


def _declaration(cls: type[object]) -> tuple[str, int, dict[int, Upgrade]]:
    declared: tuple[str, int, dict[int, Upgrade]] | None = getattr(cls, "__orderloom_data__", None)
    if declared is None:
        raise TypeError(f"{cls.__name__} is not module data; declare it with @module_data(key)")
    return declared


def _upgraded(cls: type[T], raw: dict[str, Any]) -> T:
    """The record a stored dict describes, brought to the present version step by step."""
    key, v, upgrades = _declaration(cls)
    stored = int(raw.pop("v"))
    if stored > v:
        raise _fault(key, f"It holds data of version {stored} and understands {v} at most.")
    for version in range(stored, v):
        if version not in upgrades:
            raise _fault(key, f"It has no upgrade for data of version {version}.")
        raw = upgrades[version](raw)
    return codec.from_plain(cls, raw)


def _fault(key: str, reason: str) -> ModuleFault:
    return ModuleFault(key.partition(".")[0], f"data {key}", "", reason)


@attrs.frozen
class Data:
    """Module data by key, each kept as canonical JSON text.

    Attributes:
        texts: sorted pairs of key and text.
    """

    texts: tuple[tuple[str, str], ...] = ()
    _records: dict[type[object], object] = attrs.field(
        factory=dict, eq=False, repr=False, init=False
    )

    @classmethod
    def of(cls, records: Iterable[object]) -> Data:
        """Data holding the given records; a `Data` among them gives all it holds."""
        made = cls()
        for record in records:
            made = made.with_record(record)
        return made

    def __getitem__(self, cls: type[T]) -> T:
        """The record of a declared class, upgraded to its current version.

        Raises:
            KeyError: the subject carries no data of that class.
            ModuleFault: it was written by a newer version of the module, or an upgrade is missing.
        """
        if cls not in self._records:
            key, _, _ = _declaration(cls)
            self._records[cls] = _upgraded(cls, codec.loads(dict(self.texts)[key]))
        return self._records[cls]  # type: ignore[return-value]  # a record of cls

    def get(self, cls: type[T]) -> T | None:
        """The record of a declared class, or None if the subject carries none."""
        return None if data_key(cls) not in dict(self.texts) else self[cls]

    def __contains__(self, cls: type[object]) -> bool:
        return data_key(cls) in dict(self.texts)

    def __iter__(self) -> Iterator[str]:
        return iter(key for key, _ in self.texts)

    def with_record(self, record: object) -> Data:
        """The same data with one record set (or all that another `Data` holds)."""
        if isinstance(record, Data):
            return Data(tuple(sorted({**dict(self.texts), **dict(record.texts)}.items())))
        key, v, _ = _declaration(type(record))
        text = codec.dumps({"v": v, **codec.to_plain(record)})
        return Data(tuple(sorted({**dict(self.texts), key: text}.items())))

    def without(self, keys: Collection[str]) -> Data:
        """The same data but for some keys."""
        return Data(tuple((key, text) for key, text in self.texts if key not in keys))

    def to_text(self) -> str:
        """All data as one canonical JSON object; "" when there is none."""
        if not self.texts:
            return ""
        return "{" + ",".join(f"{codec.dumps(key)}:{text}" for key, text in self.texts) + "}"

    @classmethod
    def from_text(cls, text: str) -> Data:
        """What `to_text` wrote."""
        if not text:
            return cls()
        return codec.from_plain(cls, codec.loads(text))


def _from_plain(raw: dict[str, Any], _: type) -> Data:
    return Data(tuple((key, codec.dumps(raw[key])) for key in sorted(raw)))


NO_DATA = Data()

codec.converter().register_unstructure_hook(
    Data, lambda data: {key: codec.loads(text) for key, text in data.texts}
)
codec.converter().register_structure_hook(Data, _from_plain)
