"""Sphinx: `python3 dev.py docs` builds these pages into `docs/_build`, without any network."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "orderloom"
version = release = version_of("orderloom")
language = "en"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "hook_pages",
    "public_names",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_ext"]

myst_enable_extensions = ["deflist", "fieldlist"]
myst_heading_anchors = 3

# A page nobody can reach, a link that leads nowhere or a word the parser does not know is an error.
nitpicky = False
suppress_warnings = [
    "myst.xref_missing",  # links out of docs/ are looked at by .ci/links.py
    "ref.python",  # `type` in a signature is Python's, though records have fields of that name
]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_inherit_docstrings = False
napoleon_use_ivar = True  # else a property its class speaks of is described twice

html_theme = "furo"
html_title = f"orderloom {version}"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_theme_options = {"navigation_with_keys": True}
