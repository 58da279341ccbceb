"""Everything that is kept: tables, and the functions that read and write them.

For modules: column types, and what their tables need to belong to a tenant and a subject.
"""

from orderloom.store.columns import Instant, Scaled, key, split_sum
from orderloom.store.schema import NAMING, tenant_table, to_subject, to_tenant

__all__ = [
    "NAMING",
    "Instant",
    "Scaled",
    "key",
    "split_sum",
    "tenant_table",
    "to_subject",
    "to_tenant",
]
