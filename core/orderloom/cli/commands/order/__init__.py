"""`orderloom order`: everything about orders; an order is named by number, id or its beginning."""

from orderloom.cli.commands.order.attaching import attach, file, files
from orderloom.cli.commands.order.documents import issue, pdf
from orderloom.cli.commands.order.doing import do
from orderloom.cli.commands.order.editing import edit
from orderloom.cli.commands.order.explaining import explain
from orderloom.cli.commands.order.history import history
from orderloom.cli.commands.order.keeping import copy, delete, note, restore
from orderloom.cli.commands.order.listing import list_orders
from orderloom.cli.commands.order.placing import place
from orderloom.cli.commands.order.showing import show
from orderloom.cli.groups import group


@group()
def order() -> None:
    """Orders. ORDER is a number, an id, or the first 8 or more digits of an id."""


for command in (
    list_orders, show, place, edit, do, explain, history, pdf, issue, note, attach, files, file,
    copy, delete, restore,
):  # fmt: skip
    order.add_command(command)
