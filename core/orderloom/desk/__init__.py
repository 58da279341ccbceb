"""The door through which every change passes: one transaction, one tenant, one actor."""

from orderloom.desk.context import TenantState
from orderloom.desk.desk import Desk
from orderloom.desk.execution import Execution
from orderloom.desk.reader import ActionView, Reader
from orderloom.desk.rehearsal import Rehearsal

__all__ = ["ActionView", "Desk", "Execution", "Reader", "Rehearsal", "TenantState"]
