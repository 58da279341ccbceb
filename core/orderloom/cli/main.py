"""The entry point of the command `orderloom`."""

from __future__ import annotations

import gc

import click

from orderloom.cli.root import Root
from orderloom.cli.session import Session

# Starting makes some 100,000 objects that stay until the end; looking for garbage among them every
# 700, as Python does unasked, is a sixth of the time of a short command.
_NEW_OBJECTS = 20_000


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", envvar="ORDERLOOM_DB", metavar="URL", help="Database [ORDERLOOM_DB].")
@click.option("--tenant", envvar="ORDERLOOM_TENANT", metavar="KEY", help="[ORDERLOOM_TENANT]")
@click.option("--as", "user", envvar="ORDERLOOM_USER", metavar="USER", help="[ORDERLOOM_USER]")
@click.option("--files", envvar="ORDERLOOM_FILES", metavar="PLACE", help="[ORDERLOOM_FILES]")
@click.option("--json", is_flag=True, help="Print JSON; after a command too.")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.version_option(package_name="orderloom")
def cli(json: bool, **_: object) -> None:
    """Orders, line items and statuses, extended by modules.

    What --db, --tenant, --as and --files do not say is taken from the variables in brackets, then
    from orderloom.toml in the current folder (written by `orderloom init`).
    """
    session = click.get_current_context().find_object(Session)
    if json and session is not None:
        session.json = True


def main() -> None:
    """Run the command line of this process."""
    gc.set_threshold(_NEW_OBJECTS)
    cli()
