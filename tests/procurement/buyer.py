"""A buyer in a process of its own: orders some of a need, prints what became of it."""

import sys
from uuid import UUID

from orderloom import Actor, Grant, NewOrder, Orderloom, Refused
from orderloom_procurement.editor import line_for
from orderloom_procurement.records import NEED, ORDER_TYPE


def buy(loom, tenant, need, quantity):
    """Codes of the refusal, or "ordered"."""

    def work(desk):
        line = line_for(desk.get(UUID(need), kind=NEED), quantity)
        return desk.place(NewOrder(ORDER_TYPE, project="summer", seller="V1", lines=[line]))

    try:
        loom.run(tenant, Actor("bob", (Grant("admin"),)), work)
    except Refused as refusal:
        return ",".join(refusal.codes)
    return "ordered"


if __name__ == "__main__":
    url, tenant, need, quantity = sys.argv[1:]
    sys.stdout.write(buy(Orderloom(url), tenant, need, quantity))
