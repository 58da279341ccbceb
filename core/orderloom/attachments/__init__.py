"""Attachments: the gate their content passes, the rows that name them, the place they lie in."""

from orderloom.attachments.fetching import fetch, trouble
from orderloom.attachments.folder import FolderFiles
from orderloom.attachments.gate import Caps, read_upload
from orderloom.attachments.objects import ObjectFiles
from orderloom.attachments.port import FileStore, key_of
from orderloom.attachments.rows import erase_names, load, named, of_subject, store
from orderloom.attachments.sweep import sweep
from orderloom.attachments.where import file_store

__all__ = [
    "Caps",
    "FileStore",
    "FolderFiles",
    "ObjectFiles",
    "erase_names",
    "fetch",
    "file_store",
    "key_of",
    "load",
    "named",
    "of_subject",
    "read_upload",
    "store",
    "sweep",
    "trouble",
]
