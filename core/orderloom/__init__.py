"""orderloom: orders, line items and statuses for ERPs, extended by modules.

The public names stand in `__init__.pyi`, each imported when it is first used. With
`orderloom.errors`, `.store`, `.documents`, `.directory`, `.cli` and `.testing` they are all that
modules and hosts may build on.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
