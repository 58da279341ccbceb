"""The tenant as a subject: what changes its modules, settings, roles and data is its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import attrs

from orderloom.lifecycle.overlay import Overlay
from orderloom.modules.contributions import Tenant
from orderloom.orders.subject import TENANT, Subject, SubjectRef

# Fixed for good: the same tenant key gives the same subject in every installation.
_NAMESPACE: Final = UUID("6f1dbb6e-9d3f-5c0a-8a53-7c5f1c2b4e90")
ACTIVE: Final = "active"


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


def _differences(before: Tenant | None, after: Tenant) -> dict[str, list[Any]]:
    old = attrs.asdict(before) if before else {}
    new = attrs.asdict(after)
    del new["revision"]
    return {name: [old.get(name), new[name]] for name in new if old.get(name) != new[name]}
