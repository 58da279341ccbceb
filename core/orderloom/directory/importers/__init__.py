"""The core's own importers: parties, products, units, projects and users from CSV files.

A row says of a record what the columns of its file say, an empty cell included; what the file has
no column for stays as it is.
"""

from typing import Final

from orderloom.directory.importers.parties import PARTIES
from orderloom.directory.importers.products import PRODUCTS
from orderloom.directory.importers.projects import PROJECTS
from orderloom.directory.importers.units import UNITS
from orderloom.directory.importers.users import USERS

IMPORTERS: Final = (PARTIES, PRODUCTS, UNITS, PROJECTS, USERS)

__all__ = ["IMPORTERS", "PARTIES", "PRODUCTS", "PROJECTS", "UNITS", "USERS"]
