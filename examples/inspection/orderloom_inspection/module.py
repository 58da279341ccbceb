from orderloom import Action, Module, Problem, Status, hookimpl

module = Module(
    "inspection", title="Incoming inspection", requires="procurement", touches="procurement.order"
)


@hookimpl
def extend_lifecycle(lifecycle):
    if lifecycle.name == "procurement.order":
        inspect = Action("inspect", source="sent", target="inspected")
        extended = lifecycle.with_status(Status("inspected", "Inspected", stage="open"))
        return extended.with_action(inspect).also_from("fulfill", "inspected")


@hookimpl
def check_action(action, order):
    if action.name == "fulfill" and order.status == "sent":
        text = "The goods are not inspected yet. To fulfil the order, inspect it first."
        return Problem("inspection.missing", text)
