import pytest

from orderloom import (
    Conflict,
    NotFound,
    Query,
    Refused,
    SubjectRef,
)
from orderloom_procurement.requests.deciding import approve, deny, reopen
from orderloom_procurement.requests.records import (
    REQUEST,
)
from orderloom_procurement.requests.rows import rows_of_project
from orderloom_procurement.requests.stating import (
    change_request,
)


def test_several_are_approved_each_at_the_step_it_waits_at(house):
    first, second = house.request(provider="artist"), house.do(house.request(), "approve_advance")

    with house.desk() as desk:
        done = approve(desk, [first, second.id, second])

    assert [one.status for one in done] == ["approved", "approved"]


def test_if_one_of_several_cannot_be_approved_none_is_and_each_is_named(house):
    good, done = house.request("Riser"), house.approved("Radio")
    denied = house.do(house.request("Sofa"), "deny_advance", {"reason": "No"})

    with pytest.raises(Refused) as refused, house.desk() as desk:
        approve(desk, [good, done, denied])

    assert [(p.field, p.code) for p in refused.value.problems] == [
        (f"Radio ({done.id})", "action.illegal"),
        (f"Sofa ({denied.id})", "action.illegal"),
    ]
    assert house.now(good) == good


def test_the_desk_goes_on_after_a_refused_batch(house):
    good, done = house.request("Riser"), house.approved("Radio")

    with house.desk() as desk:
        with pytest.raises(Refused):
            approve(desk, [good, done])
        (after,) = approve(desk, [good])

    assert house.now(good) == after


def test_an_approval_meant_for_one_step_does_not_become_the_next(house):
    request = house.request()
    with house.desk() as desk:
        approve(desk, [request.id], step="advance")

    with pytest.raises(Refused) as refused, house.desk() as desk:
        approve(desk, [request.id], step="advance")

    assert refused.value.codes == ("action.illegal",)
    assert house.now(request).status == "needs_resource"


def test_a_step_there_is_not_is_refused(house):
    request = house.request()

    with pytest.raises(Refused) as refused, house.desk() as desk:
        approve(desk, [request], step="final")

    assert refused.value.codes == ("procurement.request.step",)


def test_two_who_approve_at_once_approve_one_step(house):
    from concurrent.futures import ThreadPoolExecutor

    request = house.request()

    def approved(_):
        try:
            with house.desk() as desk:
                approve(desk, [request])
        except Conflict:
            return "conflict"
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(approved, range(2)))

    assert outcomes == ["approved", "conflict"]
    assert house.now(request).status == "needs_resource"


def test_a_request_of_another_tenant_is_not_there(house, loom, admin):
    request = house.request()
    other = f"{house.tenant}x"
    loom.create_tenant(other, title="Other", modules=["procurement"])

    with loom.desk(other, admin) as desk:
        for act in (
            lambda: approve(desk, [request.id]),
            lambda: deny(desk, [request.id], "No"),
            lambda: reopen(desk, [request.id]),
            lambda: desk.delete(SubjectRef(REQUEST, request.id)),
            lambda: change_request(desk, request.id, quantity=2),
        ):
            with pytest.raises(NotFound):
                act()
        assert desk.count(Query(kind=REQUEST)).value == 0
        assert rows_of_project(desk.reading, "summer") == []


@pytest.mark.parametrize(
    "act",
    [approve, lambda desk, requests: deny(desk, requests, "No"), reopen],
    ids=["approve", "deny", "reopen"],
)
@pytest.mark.parametrize(
    ("requests", "fields"),
    [("abc", ["requests[0]"]), (7, ["requests[0]"]), ([7, "abc"], ["requests[0]", "requests[1]"])],
)
def test_what_is_no_id_of_a_request_is_refused_by_its_place(house, act, requests, fields):
    with pytest.raises(Refused) as refused, house.desk() as desk:
        act(desk, requests)

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        (field, "id.malformed") for field in fields
    ]


def test_a_request_named_by_its_id_and_by_the_text_of_it_is_decided_once(house):
    request = house.request()

    with house.desk() as desk:
        done = approve(desk, [request.id, str(request.id)])

    assert [one.status for one in done] == ["needs_resource"]
