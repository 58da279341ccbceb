"""The tenant as a subject: what changes its modules, settings, roles and data is its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import attrs

from orderloom.lifecycle.overlay import Overlay
from orderloom.modules.contributions import Tenant
from orderloom.orders import codec
from orderloom.orders.subject import TENANT, Subject, SubjectRef

# Fixed for good: the same tenant key gives the same subject in every installation.
_NAMESPACE: Final = UUID("6f1dbb6e-9d3f-5c0a-8a53-7c5f1c2b4e90")
ACTIVE: Final = "active"
#: An event is read as a whole, and an import may change tens of thousands of rows.
MOST_TOLD: Final = 100


def tenant_ref(key: str) -> SubjectRef:
    """The subject of a tenant."""
    return SubjectRef(TENANT, uuid5(_NAMESPACE, key))


def tenant_subject(tenant: Tenant, now: datetime, actor: str) -> Subject:
    """The subject of a tenant that is being created.

    Args:
        tenant: the tenant.
        now: aware UTC.
        actor: id of who creates it.
    """
    return Subject(
        kind=TENANT,
        id=tenant_ref(tenant.key).id,
        type=TENANT,
        version=1,
        status=ACTIVE,
        title=tenant.title,
        created_at=now,
        created_by=actor,
        updated_at=now,
    )


def created_body(tenant: Tenant) -> dict[str, Any]:
    """What the event of a new tenant says."""
    return {"what": "tenant", "created": True, "changed": _differences(None, tenant)}


def changed_body(before: Tenant, after: Tenant) -> dict[str, Any]:
    """What the event of a changed tenant says: field -> [old, new]."""
    return {"what": "tenant", "created": False, "changed": _differences(before, after)}


def settings_body(module: str, changes: dict[str, list[Any]]) -> dict[str, Any]:
    """What the event of changed settings says; secrets are references by then."""
    return {"what": "settings", "id": module, "changed": changes}


def module_body(module: str, old: str, new: str) -> dict[str, Any]:
    """What the event of a switched module says."""
    return {"what": "module", "id": module, "changed": {"state": [old, new]}}


def overlay_body(lifecycle: str, old: Overlay | None, new: Overlay) -> dict[str, Any]:
    """What the event of a changed overlay says."""
    texts = [(old or Overlay()).to_dict(), new.to_dict()]
    return {"what": "overlay", "id": lifecycle, "changed": {"overlay": texts}}


def rows_body(
    what: str, id: str, changed: Mapping[str, tuple[object, object]]
) -> dict[str, Any] | None:
    """What the event of changed rows of a module says; None if they are as they were.

    Args:
        what: "supplier.products".
        id: which of them.
        changed: name -> what it was and what it is, records or plain values.
    """
    differ = [(name, *pair) for name, pair in changed.items() if pair[0] != pair[1]]
    if not differ:
        return None
    told = {name: _pair(old, new) for name, old, new in differ[:MOST_TOLD]}
    more = len(differ) - len(told)
    return {"what": what, "id": id, "changed": told} | ({"more": more} if more else {})


def _pair(old: object, new: object) -> list[Any]:
    """Two values ready for JSON; of two records what differs."""
    if type(old) is not type(new) or not _is_record(old):
        return [_plain(old), _plain(new)]
    names = [name for name in _names(old) if getattr(old, name) != getattr(new, name)]
    return [_plain(old, names), _plain(new, names)]


def _plain(value: object, names: Iterable[str] = ()) -> Any:
    """A value ready for JSON; of a record every field, defaults too, or those that are named."""
    if not _is_record(value):
        return codec.to_plain(value)
    return {name: codec.to_plain(getattr(value, name)) for name in names or _names(value)}


def _is_record(value: object) -> bool:
    return attrs.has(type(value))


def _names(record: Any) -> list[str]:
    return [field.name for field in attrs.fields(type(record))]


def _differences(before: Tenant | None, after: Tenant) -> dict[str, list[Any]]:
    old = attrs.asdict(before) if before else {}
    new = attrs.asdict(after)
    del new["revision"]
    return {name: [old.get(name), new[name]] for name in new if old.get(name) != new[name]}
