from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import uuid4

import pytest

from orderloom import Conflict, Query, Refused
from orderloom_procurement.needs import change_need
from orderloom_procurement.records import NEED, NeedData
from orderloom_procurement.requests.deciding import reopen
from orderloom_procurement.requests.linking import link, need_from, unlink
from orderloom_procurement.requests.records import REQUEST, linked_to
from orderloom_procurement.requests.rows import Requested, linked_rows, rows_of_project, sums


def _linked(house, need):
    with house.desk() as desk:
        return [row.name for row in linked_rows(desk.reading, [need.id])]


def _pool(house, project="summer"):
    with house.desk() as desk:
        return [row.name for row in rows_of_project(desk.reading, project) if row.pooled]


def _link(house, need, *requests):
    with house.desk() as desk:
        return link(desk, need.id, requests)


def _refusal(house, need, request):
    with pytest.raises(Refused) as refused:
        _link(house, need, request)
    return refused.value.codes


@pytest.fixture
def forklift(house):
    return house.need("Stage 1 forklift", "1")


def test_many_requests_are_fulfilled_by_one_need_whose_quantity_stays(house, forklift):
    requests = [house.approved("Forklift", area=f"Stage {number}") for number in range(5)]

    _link(house, forklift, *requests)

    with house.desk() as desk:
        asked = sums(linked_rows(desk.reading, [forklift.id]))
    assert asked == {forklift.id: Requested(5, (("C62", Decimal(5)),))}
    assert house.now(forklift).data[NeedData].quantity == 1
    assert _pool(house) == []


def test_what_linked_requests_ask_for_adds_up_by_unit(house, forklift):
    requests = [
        house.approved("Cable", "2.5", unit="MTR"),
        house.approved("Cable", "10", unit="MTR"),
        house.approved("Cable", "3"),
    ]

    _link(house, forklift, *requests)

    with house.desk() as desk:
        (asked,) = sums(linked_rows(desk.reading, [forklift.id])).values()
    assert asked.quantities == (("C62", Decimal(3)), ("MTR", Decimal("12.5")))


@pytest.mark.parametrize("status", ["needs_advance", "needs_resource", "denied"])
def test_only_approved_requests_are_linked(house, forklift, status):
    request = house.request()
    if status != "needs_advance":
        request = house.do(request, "approve_advance")
    if status == "denied":
        request = house.do(request, "deny_resource", {"reason": "No"})

    assert "action.illegal" in _refusal(house, forklift, request)
    assert _linked(house, forklift) == []


def test_what_an_artist_brings_is_not_linked(house, forklift):
    request = house.approved(provider="artist")

    assert _refusal(house, forklift, request) == ("procurement.request.not_sourced",)


def test_a_linked_request_is_not_linked_again(house, forklift, chairs):
    (request,) = _link(house, forklift, house.approved())

    for need in (forklift, chairs):
        assert "procurement.request.linked" in _refusal(house, need, request)
    assert linked_to(house.now(request)) == forklift.id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"project": "winter"}, "procurement.request.project_mixed"),
        ({"department": "Audio"}, "procurement.request.department_mixed"),
    ],
)
def test_a_request_is_linked_within_its_project_and_department(house, forklift, changes, code):
    assert _refusal(house, forklift, house.approved(**changes)) == (code,)


def test_a_need_there_is_not_is_refused(house, forklift, loom, admin):
    request = house.approved()
    with house.desk() as desk:
        desk.delete(forklift)

    for need in (forklift.id, uuid4()):
        with pytest.raises(Refused) as refused, house.desk() as desk:
            link(desk, need, [request])
        assert refused.value.codes == ("procurement.request.no_need",)


def test_a_need_of_another_tenant_is_not_there(house, loom, admin, forklift):
    from orderloom import Project
    from orderloom_procurement.requests.deciding import approve
    from orderloom_procurement.requests.stating import NewRequest, add_request

    other = f"{house.tenant}x"
    loom.create_tenant(other, title="Other", modules=["procurement"])
    with loom.desk(other, admin) as desk:
        desk.directory.save_project(Project("summer", "Theirs"))
        new = NewRequest(
            project="summer", department="Hospitality", name="Forklift", quantity=1,
            provider="house", payor="house",
        )  # fmt: skip
        request = add_request(desk, new)
        (request,) = approve(desk, approve(desk, [request]))

    with pytest.raises(Refused) as refused, loom.desk(other, admin) as desk:
        link(desk, forklift.id, [request])

    assert refused.value.codes == ("procurement.request.no_need",)


@pytest.mark.parametrize("need", ["", "x", None, 7, {"a": 1}])
def test_what_is_no_id_of_a_need_is_refused(house, need):
    request = house.approved()

    with pytest.raises(Refused), house.desk() as desk:
        desk.perform(request, "link", {"need": need})


def test_if_one_of_several_cannot_be_linked_none_is(house, forklift):
    good, denied = house.approved("Riser"), house.request("Sofa")

    with pytest.raises(Refused) as refused:
        _link(house, forklift, good, denied)

    assert {problem.field for problem in refused.value.problems} == {f"Sofa ({denied.id})"}
    assert _linked(house, forklift) == []


def test_an_unlinked_request_is_in_the_pool_again(house, forklift):
    (request,) = _link(house, forklift, house.approved())

    with house.desk() as desk:
        (free,) = unlink(desk, [request])
        with pytest.raises(Refused) as refused:
            unlink(desk, [free])

    assert (_pool(house), _linked(house, forklift)) == (["Forklift"], [])
    assert refused.value.codes == ("procurement.request.not_linked",)


def test_a_linked_request_is_not_deleted(house, forklift):
    (request,) = _link(house, forklift, house.approved())

    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.delete(request)

    assert refused.value.codes == ("procurement.request.linked",)


def test_a_reopened_request_leaves_its_need(house, forklift):
    (request,) = _link(house, forklift, house.approved())

    with house.desk() as desk:
        (reopened,) = reopen(desk, [request])

    assert (reopened.status, linked_to(reopened)) == ("needs_advance", None)
    assert _linked(house, forklift) == []


def test_a_deleted_need_returns_its_requests_to_the_pool(house, forklift):
    first, second = _link(house, forklift, house.approved("Forklift"), house.approved("Crane"))

    with house.desk() as desk:
        gone = desk.delete(forklift)
        events = desk.history(first)

    assert _pool(house) == ["Crane", "Forklift"]
    assert linked_to(house.now(second)) is None
    assert (events[-1].action, events[-1].reason) == ("unlink", "Stage 1 forklift was deleted")
    assert events[-1].cause is not None
    with house.desk() as desk:
        desk.restore(gone)
    assert _pool(house) == ["Crane", "Forklift"]


def test_a_need_with_requests_stays_in_their_department(house, forklift):
    _link(house, forklift, house.approved())

    with pytest.raises(Refused) as refused, house.desk() as desk:
        change_need(desk, forklift.id, department="Audio")

    assert refused.value.codes == ("procurement.need.linked",)


# ── needs from requests ────────────────────────────────────────────────────────────────────


def test_a_need_made_of_requests_takes_what_they_have_in_common(house):
    requests = [
        house.approved("Radio", "10", area="Gate", needed_by="2027-06-12"),
        house.approved("Radio", "2.5", area="Gate", needed_by="2027-06-10"),
    ]

    with house.desk() as desk:
        need = need_from(desk, requests)

    data = need.data[NeedData]
    assert (need.title, data.quantity, data.area, str(data.needed_by)) == (
        "Radio", Decimal("12.5"), "Gate", "2027-06-10",
    )  # fmt: skip
    assert _linked(house, need) == ["Radio", "Radio"]


@pytest.mark.parametrize(
    ("others", "specs"),
    [
        ([], (("band", "UHF"), ("headset", "yes"))),
        ([{"headset": "yes", "band": "UHF"}], (("band", "UHF"), ("headset", "yes"))),
        ([{"band": "UHF", "headset": "no"}], (("band", "UHF"),)),
        ([{"band": "UHF"}, {}], ()),
    ],
)
def test_a_need_made_of_requests_takes_the_specs_all_of_them_have(house, others, specs):
    all_of_them = [{"band": "UHF", "headset": "yes"}, *others]
    requests = [house.approved("Radio", specs=one) for one in all_of_them]

    with house.desk() as desk:
        need = need_from(desk, requests)

    assert need.data[NeedData].specs == specs


def test_a_need_made_of_requests_has_the_specs_stated_for_it(house):
    request = house.approved("Radio", specs={"band": "UHF"})

    with house.desk() as desk:
        need = need_from(desk, [request], specs={"band": "VHF"})

    assert need.data[NeedData].specs == (("band", "VHF"),)


def test_a_request_named_twice_counts_once_in_the_need_made_of_it(house):
    request = house.approved("Radio", "10")

    with house.desk() as desk:
        need = need_from(desk, [request.id, str(request.id)])

    assert need.data[NeedData].quantity == 10


def test_what_is_no_id_makes_no_need(house):
    with pytest.raises(Refused) as refused, house.desk() as desk:
        need_from(desk, ["abc"])

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("requests[0]", "id.malformed"),
    ]


def test_a_shared_need_states_its_own_name_and_quantity(house):
    requests = [house.approved(f"Forklift {n}t", area=f"Stage {n}").id for n in range(1, 6)]

    with house.desk() as desk:
        need = need_from(desk, requests, name="Shared forklift", quantity="2")

    data = need.data[NeedData]
    assert (need.title, data.quantity, data.area) == ("Shared forklift", 2, "")
    assert len(_linked(house, need)) == 5


def test_what_the_requests_differ_in_has_to_be_stated(house):
    requests = [house.approved("Cable", "5", unit="MTR"), house.approved("Rope", "5")]

    with pytest.raises(Refused) as refused, house.desk() as desk:
        need_from(desk, requests)

    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("name", "procurement.request.state_it"),
        ("quantity", "procurement.request.state_it"),
    ]


def test_requests_of_several_projects_and_departments_make_no_need(house):
    requests = [house.approved(), house.approved(project="winter", department="Audio")]

    with pytest.raises(Refused) as refused, house.desk() as desk:
        need_from(desk, requests)

    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("project", "procurement.request.mixed"),
        ("department", "procurement.request.mixed"),
    ]


def test_a_need_is_not_made_if_one_of_its_requests_cannot_be_linked(house):
    good, waiting = house.approved(), house.request()

    with house.desk() as desk:
        with pytest.raises(Refused):
            need_from(desk, [good, waiting])
        with pytest.raises(Refused):
            need_from(desk, [])

    with house.desk() as desk:
        assert desk.count(Query(kind=NEED)).value == 0
    assert _pool(house) == ["Forklift"]


# ── at once ────────────────────────────────────────────────────────────────────────────────


def test_two_who_link_one_request_at_once_link_it_once(house, forklift, chairs):
    request = house.approved()

    def linked(need):
        try:
            house.loom.run(
                house.tenant, house.actor, lambda desk: link(desk, need.id, [request.id])
            )
        except Refused as refusal:
            return refusal.codes
        return "linked"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(linked, (forklift, chairs)))

    assert outcomes.count("linked") == 1
    assert ("procurement.request.linked",) in outcomes
    assert len(_linked(house, forklift)) + len(_linked(house, chairs)) == 1


def test_a_need_deleted_while_requests_are_linked_leaves_none_behind(house, forklift):
    requests = [house.approved(area=f"Stage {number}") for number in range(4)]

    def linked(request):
        try:
            house.loom.run(
                house.tenant, house.actor, lambda desk: link(desk, forklift.id, [request.id])
            )
        except Refused as refusal:
            return refusal.codes
        return "linked"

    def deleted():
        house.loom.run(house.tenant, house.actor, lambda desk: desk.delete(forklift.ref))

    with ThreadPoolExecutor(5) as pool:
        linking = [pool.submit(linked, request) for request in requests]
        pool.submit(deleted).result(timeout=60)
        outcomes = {one.result(timeout=60) for one in linking}

    assert outcomes <= {"linked", ("procurement.request.no_need",)}
    assert _linked(house, forklift) == []
    assert len(_pool(house)) == 4


def test_a_link_to_a_need_seen_before_it_was_changed_is_no_conflict(house, forklift):
    request = house.approved()
    with house.desk() as desk:
        change_need(desk, forklift, quantity="2")

    (after,) = _link(house, forklift, request)

    assert linked_to(after) == forklift.id
    with pytest.raises(Conflict):
        _link(house, forklift, request)


def test_linked_requests_are_found_by_their_need(house, forklift):
    _link(house, forklift, house.approved())

    with house.desk() as desk:
        query = Query(kind=REQUEST, fields={"procurement.linked_need": str(forklift.id)})
        assert [one.title for one in desk.find(query).items] == ["Forklift"]
