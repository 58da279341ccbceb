from datetime import timedelta

import attrs

from orderloom.lifecycle import (
    START,
    Action,
    Facet,
    Lifecycle,
    Status,
    Timer,
    merge,
    mermaid,
    plain,
)


def to_status(subject: object, options: object) -> str:
    return "closed"


ORDER = Lifecycle(
    "demo.order",
    statuses=(
        Status("new", "New", stage="open"),
        Status("closed", 'Closed: "late" <b>; #1', stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="new", side="buyer"),
        Action(
            "close",
            source="new",
            target=("closed", "new"),
            route=to_status,
            permission="demo.close",
        ),
    ),
    timers=(Timer("sweep", action="close", source="new", after=timedelta(hours=36)),),
    facets=(
        Facet(
            "export",
            statuses=(Status("empty", "Empty", stage="open", final=True),),
            start="empty",
            actions=(),
        ),
    ),
)


def hold(given: Lifecycle) -> Lifecycle:
    return (
        given.with_status(Status("end", "On hold", stage="waiting"))
        .with_action(Action("hold", source="new", target="end"))
        .also_from("close", "end")
    )


def test_plain_text_shows_each_way_out_with_who_and_which_module() -> None:
    merged = merge(attrs.evolve(ORDER, timers=()).relabelled("closed", "Shut"), [("x", hold)])

    assert (
        plain(merged.lifecycle, merged.provenance)
        == """demo.order
  (start)                           place  -> new            (buyer)
  new      New      open            close  -> closed or new  (demo.close)
                                    hold   -> end                          [x]
  closed   Shut     done     final
  end [x]  On hold  waiting         close  -> closed or new  (demo.close)  [x]

demo.order/export
  (start)                      -> empty
  empty    Empty  open  final
"""
    )


def test_plain_text_says_what_happens_by_itself() -> None:
    (line,) = [line for line in plain(ORDER).splitlines() if "close " in line]

    assert line.endswith("-> closed or new  (demo.close, by itself after 36 hours)")


def test_mermaid_escapes_titles_and_keeps_its_own_words_free() -> None:
    merged = merge(ORDER, [("holding", hold)])

    assert (
        mermaid(merged.lifecycle, merged.provenance)
        == """stateDiagram-v2
    state "New" as S_new
    state "Closed#58; #34;late#34; #60;b#62;#59; #35;1" as S_closed
    state "On hold #91;holding#93;" as S_end
    [*] --> S_new: Place (buyer)
    S_new --> S_closed: Close (by itself after 36 hours)
    S_new --> S_new: Close (by itself after 36 hours)
    S_end --> S_closed: Close #91;holding#93;
    S_end --> S_new: Close #91;holding#93;
    S_new --> S_end: Hold #91;holding#93;
    S_closed --> [*]
    state "export" as F_export {
        state "Empty" as F_export_S_empty
        [*] --> F_export_S_empty
        F_export_S_empty --> [*]
    }
    classDef waiting fill:#fff3bf,stroke:#f08c00
    class S_end waiting
    classDef open fill:#d0ebff,stroke:#1c7ed6
    class S_new open
    classDef done fill:#d3f9d8,stroke:#2f9e44
    class S_closed done
"""
    )


def test_without_provenance_no_module_is_named() -> None:
    merged = merge(ORDER, [("holding", hold)])

    assert "holding" not in plain(merged.lifecycle) + mermaid(merged.lifecycle)


def test_an_action_from_anywhere_to_anywhere_is_a_note_instead_of_many_edges() -> None:
    names = ("new", "closed", "stuck")
    free = Action("move", source=names, target=names, route=to_status)
    drawn = mermaid(
        Lifecycle(
            "demo.free",
            statuses=[Status(name, name.title(), stage="open", final=True) for name in names],
            actions=[Action("place", source=START, target="new"), free],
        )
    )

    assert "Move: from any status to any" in drawn
    assert drawn.count("-->") == 1 + len(names)
