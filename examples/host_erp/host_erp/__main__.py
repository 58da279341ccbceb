"""Play the story: `python -m host_erp [URL]`, on a SQLite file beside you unless told otherwise."""

import sys

from sqlalchemy.exc import SQLAlchemyError

from host_erp.story import play
from orderloom import OrderloomError

try:
    play(sys.argv[1] if len(sys.argv) > 1 else "sqlite:///host_erp.db")
except OrderloomError as error:
    sys.exit(str(error))
except (SQLAlchemyError, ModuleNotFoundError) as error:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    sys.exit(f"The database cannot be used: {reason}\nTo play the story, check its URL.")
