"""Play the story: `python -m host_erp [URL]`, on a SQLite file beside you unless told otherwise."""

import sys

from host_erp.story import play

play(sys.argv[1] if len(sys.argv) > 1 else "sqlite:///host_erp.db")
