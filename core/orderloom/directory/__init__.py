"""Who and what orders are about: the port a host may fill, and the directory kept here."""

from orderloom.directory.bound import BoundDirectory, TenantDirectory
from orderloom.directory.csvfile import DELIMITERS, read_csv, read_file
from orderloom.directory.gates import grant_of
from orderloom.directory.grantable import Grantable
from orderloom.directory.importers import IMPORTERS
from orderloom.directory.imports import (
    ImportResult,
    KeyColumn,
    NumberColumn,
    point_of,
    read_rows,
)
from orderloom.directory.port import Directory
from orderloom.directory.records import Change, Product
from orderloom.directory.standalone import StandaloneDirectory
from orderloom.values import User

__all__ = [
    "DELIMITERS",
    "IMPORTERS",
    "BoundDirectory",
    "Change",
    "Directory",
    "Grantable",
    "ImportResult",
    "KeyColumn",
    "NumberColumn",
    "Product",
    "StandaloneDirectory",
    "TenantDirectory",
    "User",
    "grant_of",
    "point_of",
    "read_csv",
    "read_file",
    "read_rows",
]
