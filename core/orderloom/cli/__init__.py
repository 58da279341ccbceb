"""The command line, and what modules need to add commands to it.

A module registers a `CommandGroup` whose target is a click group written like the core's own:

    @group(help="Needs, coverage and planning.")
    def procurement() -> None: ...

    @procurement.command()
    @click.argument("project")
    @pass_session
    def coverage(session: Session, project: str) -> None:
        with session.reader() as reader:
            rows = [...]
        session.show(Table(("need", "open"), rows))
"""

from orderloom.cli.files import write_file
from orderloom.cli.groups import Command, Group, group
from orderloom.cli.history import show_history
from orderloom.cli.importing import add_import
from orderloom.cli.lookup import find_order
from orderloom.cli.printing import Table, print_table, safe
from orderloom.cli.session import Session, pass_session
from orderloom.cli.stage import Stage

__all__ = [
    "Command",
    "Group",
    "Session",
    "Stage",
    "Table",
    "add_import",
    "find_order",
    "group",
    "pass_session",
    "print_table",
    "safe",
    "show_history",
    "write_file",
]
