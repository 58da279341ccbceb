from decimal import Decimal

import pytest

from orderloom import (
    Conflict,
    Data,
    NewSubject,
    Party,
    Product,
    Query,
    Refused,
    SetOrder,
)
from orderloom_procurement.needs import change_need
from orderloom_procurement.requests.deciding import approve, deny, reopen
from orderloom_procurement.requests.records import (
    REQUEST,
    Approvals,
    LinkData,
    RequestData,
    approval_of,
    approvals,
    denied_at,
)
from orderloom_procurement.requests.rows import rows_of_project
from orderloom_procurement.requests.stating import (
    NewRequest,
    add_request,
    change_request,
    stated,
)

ANSWERS = [
    ("artist", "", "advance", "needs_advance"),
    ("artist", "not_applicable", "advance", "needs_advance"),
    ("house", "house", "resource", "needs_advance"),
    ("house", "artist", "resource", "needs_advance"),
    ("house", "not_applicable", "none", "informational"),
    ("not_applicable", "", "none", "informational"),
    ("not_applicable", "n/a", "none", "informational"),
]


@pytest.mark.parametrize(("provider", "payor", "kind", "status"), ANSWERS)
def test_who_provides_and_who_pays_decide_which_approvals_it_takes(
    house, provider, payor, kind, status
):
    request = house.request(provider=provider, payor=payor)

    assert (approval_of(request.data[RequestData]), request.status) == (kind, status)


@pytest.mark.parametrize(
    ("provider", "payor"),
    [("artist", "house"), ("not_applicable", "artist"), ("house", "")],
)
def test_only_what_the_house_provides_has_a_payor(house, provider, payor):
    with pytest.raises(Refused) as refused:
        house.request(provider=provider, payor=payor)

    assert refused.value.codes == ("procurement.request.payor",)


def test_what_an_artist_brings_is_approved_in_one_step(house):
    request = house.request(provider="artist")

    after = house.do(request, "approve_advance")

    assert after.status == "approved"


def test_what_the_house_sources_is_approved_in_two_steps(house):
    request = house.request()

    first = house.do(request, "approve_advance")
    second = house.do(first, "approve_resource")

    assert (first.status, second.status) == ("needs_resource", "approved")


def test_what_needs_no_approval_bypasses_both_and_says_so_in_its_history(house):
    request = house.request(provider="not_applicable")

    with house.desk() as desk:
        names = [event.action or event.name for event in desk.history(request)]
    assert (request.version, names) == (2, ["place", "triage"])


def test_what_needs_no_approval_cannot_be_approved(house):
    request = house.request(provider="not_applicable")

    with pytest.raises(Refused) as refused:
        house.do(request, "approve_advance")

    assert "action.illegal" in refused.value.codes


@pytest.mark.parametrize("step", ["approve_resource", "deny_resource"])
def test_the_second_step_does_not_come_before_the_first(house, step):
    request = house.request()

    with pytest.raises(Refused) as refused:
        house.do(request, step, {"reason": "no"} if step.startswith("deny") else None)

    assert "action.illegal" in refused.value.codes


@pytest.mark.parametrize("steps", [0, 1])
def test_a_denied_request_keeps_its_step_and_reason_and_stays_in_the_list(house, steps):
    request = house.request()
    if steps:
        request = house.do(request, "approve_advance")

    with house.desk() as desk:
        (denied,) = deny(desk, [request], "Too heavy for the stage")
        (row,) = rows_of_project(desk.reading, "summer")

    assert (denied.status, denied_at(denied)) == ("denied", ["advance", "resource"][steps])
    assert (row.status, row.denied) == ("denied", ["advance", "resource"][steps])


def test_a_denial_without_a_reason_is_refused(house):
    request = house.request()

    with pytest.raises(Refused) as refused, house.desk() as desk:
        deny(desk, [request], "  ")

    (problem,) = refused.value.problems
    assert problem.code == "text.empty"
    assert problem.field == f"Forklift ({request.id}), reason"


@pytest.mark.parametrize(
    ("kind", "status", "denied", "shown"),
    [
        ("resource", "needs_advance", "", ("Needed", "Waiting")),
        ("resource", "needs_resource", "", ("Approved", "Needed")),
        ("resource", "approved", "", ("Approved", "Approved")),
        ("resource", "denied", "advance", ("Denied", "Not needed")),
        ("resource", "denied", "resource", ("Approved", "Denied")),
        ("advance", "needs_advance", "", ("Needed", "Not needed")),
        ("advance", "approved", "", ("Approved", "Not needed")),
        ("advance", "denied", "advance", ("Denied", "Not needed")),
        ("none", "informational", "", ("Not needed", "Not needed")),
    ],
)
def test_both_approvals_are_shown(kind, status, denied, shown):
    assert approvals(kind, status, denied) == Approvals(*shown)


# ── stating ────────────────────────────────────────────────────────────────────────────────


def test_a_request_keeps_what_was_stated_of_it(house):
    request = house.request(
        "Riser", "2.50", unit="Metres", area="Tent", needed_by="2027-06-12",
        needed_until="2027-06-14", provider="House", payor="Artist", requester="V1", notes="a\nb",
    )  # fmt: skip

    data = request.data[RequestData]
    assert (request.kind, request.title, request.project) == (REQUEST, "Riser", "summer")
    assert (data.quantity, data.unit, data.area) == (Decimal("2.5"), "MTR", "Tent")
    assert (str(data.needed_by), str(data.needed_until)) == ("2027-06-12", "2027-06-14")
    assert (data.provider, data.payor, data.requester) == ("house", "artist", "V1")
    assert data.notes == "a\nb"


def test_everything_wrong_with_a_request_is_said_at_once(house):
    wrong = NewRequest(
        project="autumn", department="", name="", quantity="0", unit="bushel", needed_by="soon",
        needed_until="later", product="P9", area="\x00", provider="me", payor="you",
        requester="V9", notes="\x07",
    )  # fmt: skip

    with pytest.raises(Refused) as refused, house.desk() as desk:
        add_request(desk, wrong)

    fields = [(p.field, p.code) for p in refused.value.problems]
    assert fields == [
        ("project", "project.unknown"),
        ("product", "product.unknown"),
        ("department", "text.empty"),
        ("area", "text.control_character"),
        ("quantity", "decimal.too_small"),
        ("unit", "unit.unknown"),
        ("needed_by", "date.malformed"),
        ("needed_until", "date.malformed"),
        ("provider", "procurement.request.answer"),
        ("payor", "procurement.request.answer"),
        ("requester", "procurement.request.requester"),
        ("notes", "text.control_character"),
        ("name", "text.empty"),
    ]


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "1e400", "9" * 40, 1.5])
def test_a_quantity_that_is_no_plain_positive_number_is_refused(house, quantity):
    with pytest.raises(Refused) as refused:
        house.request(quantity=quantity)

    (problem,) = refused.value.problems
    assert problem.field == "quantity"


def test_a_last_day_before_the_first_is_refused(house):
    with pytest.raises(Refused) as refused:
        house.request(needed_by="2027-06-14", needed_until="2027-06-12")

    assert refused.value.codes == ("procurement.request.days",)


def test_a_request_for_a_product_takes_its_name_and_unit(house):
    with house.desk() as desk:
        desk.directory.save_product(Product(id="P1", name="Cable", unit="MTR"))

    request = house.request("", "100", product="P1")

    assert (request.title, request.data[RequestData].unit) == ("Cable", "MTR")


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewSubject(REQUEST, "Cup", project="summer"), "procurement.request.no_data"),
        (
            NewSubject(
                REQUEST,
                "Cup",
                data=RequestData(department="Bar", quantity=1, provider="artist"),
            ),
            "procurement.request.no_project",
        ),
        (
            NewSubject(
                REQUEST,
                "Cup",
                project="summer",
                data=RequestData(department="Bar", quantity=1, provider="artist", unit="dozen"),
            ),
            "procurement.request.unit",
        ),
        (
            NewSubject(
                REQUEST,
                "Cup",
                project="summer",
                data=RequestData(department="Bar", quantity=1, provider="artist", requester="V9"),
            ),
            "procurement.request.requester",
        ),
    ],
)
def test_what_passed_no_gate_is_refused_where_it_is_decided(house, new, code):
    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.place(new)

    assert refused.value.codes == (code,)


def test_a_department_that_is_not_on_the_admins_list_is_refused_with_the_nearest(house):
    old = house.need(department="Hospitalty")
    with house.desk() as desk:
        desk.admin.set("procurement", {"departments": ["Hospitality", "Audio"]})

    for make in (house.request, house.need):
        with pytest.raises(Refused, match="name one of: Hospitality") as refused:
            make(department="Hospitalty")
        assert refused.value.codes == ("procurement.department.unlisted",)
    with house.desk() as desk:
        desk.edit(old, SetOrder(title="What is there may stay"))


@pytest.mark.parametrize(("kind", "change"), [("need", change_need), ("request", change_request)])
def test_what_is_in_a_department_that_was_listed_once_may_be_changed_there(house, kind, change):
    old = getattr(house, kind)(department="Riggers")
    with house.desk() as desk:
        desk.admin.set("procurement", {"departments": ["Hospitality"]})

    with house.desk() as desk:
        after = change(desk, old.id, quantity="3")
        with pytest.raises(Refused, match="name one of: Hospitality") as refused:
            change(desk, old.id, department="Bar", quantity="-1")

    assert after.version == old.version + 1
    assert set(refused.value.codes) == {"procurement.department.unlisted", "decimal.too_small"}


# ── changing ───────────────────────────────────────────────────────────────────────────────


def test_a_request_nothing_was_decided_about_is_changed(house):
    request = house.request(quantity="2", area="Tent")

    with house.desk() as desk:
        after = stated(change_request(desk, request, quantity="3", reason="One more"))
        (row,) = rows_of_project(desk.reading, "summer")

    assert (after.quantity, after.area, row.quantity) == (3, "Tent", 3)


def test_an_answer_that_asks_for_no_approval_any_more_moves_it_at_once_and_back(house):
    request = house.request()

    with house.desk() as desk:
        bypassed = change_request(desk, request, provider="not_applicable")
    with house.desk() as desk:
        asked = change_request(desk, bypassed, provider="house", payor="artist")

    assert (bypassed.status, asked.status) == ("informational", "needs_advance")
    assert bypassed.data[RequestData].payor == ""


@pytest.mark.parametrize("status", ["needs_resource", "approved", "denied"])
def test_a_decided_request_is_frozen_until_it_is_reopened(house, status):
    request = house.do(house.request(), "approve_advance")
    if status == "approved":
        request = house.do(request, "approve_resource")
    if status == "denied":
        request = house.do(request, "deny_resource", {"reason": "No"})

    for changes in ({"quantity": "5"}, {"provider": "artist"}, {"payor": "artist"}):
        with pytest.raises(Refused) as refused, house.desk() as desk:
            change_request(desk, request, **changes)
        assert refused.value.codes == ("subject.frozen",)
    with house.desk() as desk:
        (reopened,) = reopen(desk, [request], reason="More of them")
        changed = change_request(desk, reopened, quantity="5")
    assert (changed.status, changed.data[RequestData].quantity) == ("needs_advance", 5)


def test_a_request_reopened_and_changed_is_decided_anew_from_the_first_step(house):
    request = house.approved(quantity="1")
    with house.desk() as desk:
        (reopened,) = reopen(desk, [request])

    after = house.do(reopened, "approve_advance")

    assert after.status == "needs_resource"


def test_a_request_seen_in_an_older_version_is_a_conflict(house):
    request = house.request()
    house.do(request, "approve_advance")

    with pytest.raises(Conflict), house.desk() as desk:
        change_request(desk, request, quantity="5")
    with pytest.raises(Conflict), house.desk() as desk:
        approve(desk, [request])


def test_a_withdrawn_request_comes_back_as_it_was(house):
    request = house.approved()

    with house.desk() as desk:
        gone = desk.delete(request)
        listed = rows_of_project(desk.reading, "summer")
    with house.desk() as desk:
        desk.restore(gone)
        (row,) = rows_of_project(desk.reading, "summer")

    assert (listed, row.pooled) == ([], True)


def test_a_denied_request_cannot_be_deleted(house):
    request = house.do(house.request(), "deny_advance", {"reason": "No"})

    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.delete(request)

    assert refused.value.codes == ("procurement.request.denied",)


# ── several at once ────────────────────────────────────────────────────────────────────────


def test_a_request_keeps_the_specs_its_department_asks_for(house):
    request = house.request(specs={"capacity": " 3 t ", "empty": ""})

    now = house.now(request)

    assert now.data[RequestData].specs == (("capacity", "3 t"),)
    assert stated(now).specs == (("capacity", "3 t"),)


def test_specs_change_with_the_request_and_stay_if_others_are_named(house):
    request = house.request(specs={"capacity": "3 t"})

    with house.desk() as desk:
        kept = change_request(desk, request, quantity="2")
        changed = change_request(desk, kept, specs={"capacity": "5 t"})

    assert kept.data[RequestData].specs == (("capacity", "3 t"),)
    assert changed.data[RequestData].specs == (("capacity", "5 t"),)


@pytest.mark.parametrize(
    "specs", [{"x" * 81: "3 t"}, {"capacity": "x" * 1001}], ids=["label", "text"]
)
def test_specs_of_a_request_are_as_long_as_those_of_a_need_at_most(house, specs):
    with pytest.raises(Refused) as refused:
        house.request(specs=specs, quantity="0")

    assert {(problem.field, problem.code) for problem in refused.value.problems} == {
        ("specs", "text.too_long"),
        ("quantity", "decimal.too_small"),
    }


def test_a_request_stored_before_there_were_specs_has_none_and_is_stored_alike():
    text = '{"department":"Audio","provider":"artist","quantity":"1","v":1}'

    read = Data((("procurement", text),))[RequestData]

    assert read.specs == ()
    assert Data.of([read]).texts == (("procurement", text),)


def test_a_raw_edit_cannot_link_what_is_not_approved(house, chairs):
    request = house.request()

    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.edit(request, SetOrder(data=LinkData(chairs.id)))

    assert refused.value.codes == ("procurement.request.not_approved",)


def test_requests_are_found_by_department_requester_and_status(house):
    with house.desk() as desk:
        desk.directory.save_party(Party("band", "The Example Band"))
    house.request("Riser", requester="band")
    house.approved("Radio", department="Radios")

    with house.desk() as desk:
        by = [
            desk.find(Query(kind=REQUEST, fields={"procurement.request_department": "Radios"})),
            desk.find(Query(kind=REQUEST, fields={"procurement.requester": "band"})),
            desk.find(Query(kind=REQUEST, status="approved")),
        ]

    assert [[one.title for one in page.items] for page in by] == [["Radio"], ["Riser"], ["Radio"]]
