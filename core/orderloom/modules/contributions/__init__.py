"""Every record a hook takes or returns."""

from orderloom.modules.contributions.claims import Claim
from orderloom.modules.contributions.commands import CommandGroup, Demo
from orderloom.modules.contributions.contexts import Reading, Tenant, Writing
from orderloom.modules.contributions.documents import DocumentInputs, DocumentType
from orderloom.modules.contributions.fields import Field
from orderloom.modules.contributions.importers import Column, Importer, Stored
from orderloom.modules.contributions.limits import Asking, Limit
from orderloom.modules.contributions.notifications import Notification, Recipient, approvers
from orderloom.modules.contributions.rights import Permission, Role
from orderloom.modules.contributions.templates import Template, Value
from orderloom.modules.contributions.types import Guarded, OrderType, Series, SubjectType

__all__ = [
    "Asking",
    "Claim",
    "Column",
    "CommandGroup",
    "Demo",
    "DocumentInputs",
    "DocumentType",
    "Field",
    "Guarded",
    "Importer",
    "Limit",
    "Notification",
    "OrderType",
    "Permission",
    "Reading",
    "Recipient",
    "Role",
    "Series",
    "Stored",
    "SubjectType",
    "Template",
    "Tenant",
    "Value",
    "Writing",
    "approvers",
]
