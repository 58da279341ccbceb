"""Who holds a role that manages others looks after these people, and after nobody else."""

import attrs
import pytest

from orderloom import Actor, Forbidden, Grant, NotFound, Party, Refused, Scope, User
from orderloom.directory import IMPORTERS, grant_of, read_rows
from orderloom.tenants import tenant_ref

V1, V2 = Scope("party", "v1"), Scope("party", "v2")
HAND = Grant("crew.hand", V1)
VIEWER = Grant("toy.viewer", V1)
USERS = next(one for one in IMPORTERS if one.key == "users")


def stored(toy):
    with toy.reader() as reader:
        return {one.id: one for one in reader.directory.users()}


def told(toy):
    with toy.reader() as reader:
        return reader.history(tenant_ref(toy.tenant))


def by(toy, actor, work):
    with toy.desk(actor) as desk:
        return work(desk.directory)


def refused(toy, actor, work):
    """The codes a change is refused with; nothing is written."""
    before = stored(toy), told(toy)
    with pytest.raises(Forbidden) as refusal:
        by(toy, actor, work)
    assert (stored(toy), told(toy)) == before
    return set(refusal.value.codes)


def brought_in(toy, actor, text):
    def work(directory):
        result = read_rows(USERS, text.encode(), desk)
        if result.problems:
            raise Refused(result.problems)
        return USERS.store(result.records, desk)

    with toy.desk(actor) as desk:
        return work(desk)


# ── what a manager may ─────────────────────────────────────────────────────────────────────


def test_a_manager_makes_a_user_of_her_own(crew, lea):
    made = by(crew, lea, lambda book: book.save_user(User(id="hana", grants=[HAND])))

    assert (made.created, stored(crew)["hana"].grants) == (True, (HAND,))


def test_a_manager_changes_and_deactivates_her_people(crew, lea):
    hal = User(id="hal", name="Hal", email="new@crew.example", language="es", grants=[HAND])
    by(crew, lea, lambda book: book.save_user(hal))
    by(crew, lea, lambda book: book.deactivate_user("hal"))
    asleep = stored(crew)["hal"]
    by(crew, lea, lambda book: book.activate_user("hal"))

    assert asleep == attrs.evolve(hal, active=False)
    assert stored(crew)["hal"] == hal


def test_a_manager_gives_and_takes_single_roles_of_who_holds_others_too(crew, lea):
    by(crew, lea, lambda book: book.revoke("hugo", HAND))
    without = stored(crew)["hugo"].grants
    by(crew, lea, lambda book: book.grant("hugo", "crew.hand@party:v1"))

    assert (without, stored(crew)["hugo"].grants) == ((VIEWER,), (HAND, VIEWER))


def test_her_changes_are_events_of_the_tenant_by_her(crew, lea):
    by(crew, lea, lambda book: book.grant("vic", HAND))

    event = told(crew)[-1]
    held = {"role": "toy.viewer", "scope": {"kind": "party", "id": "v1"}}
    given = {"role": "crew.hand", "scope": {"kind": "party", "id": "v1"}}
    assert (event.actor, event.body["what"], event.body["id"]) == ("lea", "user", "vic")
    assert event.body["changed"] == {"grants": [[held], [given, held]]}


def test_who_holds_a_managing_role_in_the_whole_tenant_manages_everywhere(crew):
    steward = Actor("stan", (Grant("crew.steward"),))

    by(crew, steward, lambda book: book.grant("otis", HAND))

    assert stored(crew)["otis"].grants == (HAND, Grant("crew.hand", V2))


def test_a_boss_may_make_another_boss_where_she_is_one(crew):
    boss = Actor("bea", (Grant("crew.boss", V1),))

    by(crew, boss, lambda book: book.grant("lea", "crew.boss@party:v1"))

    assert refused(crew, boss, lambda book: book.grant("lea", "crew.boss@party:v2")) == {
        "grant.not_managed"
    }


# ── what she may not ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "work",
    [
        lambda book: book.grant("lea", HAND),
        lambda book: book.revoke("lea", "crew.lead@party:v1"),
        lambda book: book.deactivate_user("lea"),
        lambda book: book.save_user(User(id="lea", grants=[HAND, Grant("admin")])),
        lambda book: book.save_user(
            User(id="lea", email="lea@crew.example", grants=[Grant("crew.lead", V1)])
        ),
    ],
    ids=["grant", "revoke", "deactivate", "save", "save as it is"],
)
def test_nobody_changes_himself(crew, lea, work):
    assert refused(crew, lea, work) == {"user.self"}


def test_who_manages_the_tenant_may_change_himself(crew):
    by(crew, crew.ann, lambda book: book.grant("ann", HAND))

    assert HAND in stored(crew)["ann"].grants


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("admin", "grant.not_managed"),
        ("admin@party:v1", "grant.not_managed"),
        ("crew.lead@party:v1", "grant.not_managed"),
        ("crew.boss@party:v1", "grant.not_managed"),
        ("toy.viewer@party:v1", "grant.not_managed"),
        ("crew.hand@party:v2", "grant.not_managed"),
        ("crew.hand@party:nowhere", "grant.not_managed"),
        ("crew.stranger@party:v1", "grant.not_managed"),
        ("crew.hand", "grant.scope"),
        ("crew.hand@project:summer", "grant.scope"),
    ],
)
def test_a_manager_gives_nothing_she_does_not_manage(crew, lea, role, code):
    given = grant_of(role, "grant")
    keeping = User(id="hal", name="hal", email="hal@crew.example", grants=[HAND, given])
    new = User(id="hana", grants=[HAND, given])

    assert refused(crew, lea, lambda book: book.grant("hal", role)) == {code}
    assert refused(crew, lea, lambda book: book.save_user(keeping)) == {code}
    assert refused(crew, lea, lambda book: book.save_user(new)) == {code}


@pytest.mark.parametrize(
    "work",
    [
        lambda book: book.save_user(User(id="hugo", email="lea@x.example", grants=[HAND, VIEWER])),
        lambda book: book.save_user(
            User(id="hugo", name="hugo", email="hugo@crew.example", language="es",
                 grants=[HAND, VIEWER])
        ),
        lambda book: book.deactivate_user("hugo"),
        lambda book: book.deactivate_user("vic"),
    ],
    ids=["e-mail", "language", "deactivate", "deactivate a stranger of the party"],
)  # fmt: skip
def test_who_holds_more_is_not_changed_but_for_single_roles(crew, lea, work):
    assert refused(crew, lea, work) == {"user.not_managed"}


def test_a_role_she_does_not_manage_is_not_taken(crew, lea):
    alone = User(id="hugo", name="hugo", email="hugo@crew.example", grants=[HAND])

    assert refused(crew, lea, lambda book: book.revoke("hugo", VIEWER)) == {"grant.not_managed"}
    assert refused(crew, lea, lambda book: book.save_user(alone)) == {"grant.not_managed"}


def test_giving_somebody_a_role_does_not_make_him_hers(crew, lea):
    by(crew, lea, lambda book: book.grant("vic", HAND))

    renamed = User(id="vic", email="lea@crew.example", grants=[HAND, VIEWER])
    assert refused(crew, lea, lambda book: book.save_user(renamed)) == {"user.not_managed"}


@pytest.mark.parametrize("id", ["otis", "ann", "blank"])
def test_a_user_of_somebody_else_is_not_overwritten(crew, lea, id):
    mine = User(id=id, email="lea@crew.example", grants=[HAND])

    assert refused(crew, lea, lambda book: book.save_user(mine)) == {"user.taken"}


@pytest.mark.parametrize("id", ["otis", "ann", "blank", "nobody"])
def test_a_user_of_somebody_else_is_as_unknown_as_one_there_is_not(crew, lea, id):
    for work in (
        lambda book: book.grant(id, HAND),
        lambda book: book.revoke(id, HAND),
        lambda book: book.deactivate_user(id),
        lambda book: book.activate_user(id),
    ):
        with pytest.raises(NotFound) as missing:
            by(crew, lea, work)
        assert missing.value.hint.endswith("name one there is: hal, hugo, lea, vic.")


def test_nobody_is_made_or_left_whom_nobody_manages(crew, lea):
    nobody = {"user.without_role"}

    assert refused(crew, lea, lambda book: book.save_user(User(id="hana"))) == nobody
    assert refused(crew, lea, lambda book: book.revoke("hal", HAND)) == nobody


def test_all_that_speaks_against_a_change_is_told_at_once_with_who_may(crew, lea):
    wild = User(id="hugo", name="Hugo", grants=[Grant("admin"), Grant("crew.lead", V1)])

    with pytest.raises(Forbidden) as refusal:
        by(crew, lea, lambda book: book.save_user(wild))

    assert [(one.code, one.lifted_by) for one in refusal.value.problems] == [
        ("grant.not_managed", "role Admin"),
        ("grant.not_managed", "role Admin, or Boss in party v1"),
        ("grant.not_managed", "role Admin"),
        ("user.not_managed", "role Admin"),
    ]


def test_who_manages_nobody_may_do_nothing_as_before_and_is_told_of_nobody(crew):
    hand = Actor("hal", (HAND,))

    for work in (
        lambda book: book.grant("nobody", HAND),
        lambda book: book.save_user(User(id="hana", email="no mail")),
        lambda book: book.check_grants((Grant("crew.hand", Scope("party", "nowhere")),)),
        lambda book: book.users(),
        lambda book: book.user("hugo"),
    ):
        with pytest.raises(Forbidden, match=r"tenant\.manage"):
            by(crew, hand, work)


def test_a_managing_role_held_where_it_may_not_be_granted_manages_nobody(crew):
    everywhere = Actor("lea", (Grant("crew.lead"),))

    assert refused(crew, everywhere, lambda book: book.grant("hal", HAND)) == {"right.missing"}


def test_managing_people_is_not_managing_anything_else(crew, lea):
    with pytest.raises(Forbidden, match=r"tenant\.manage"), crew.desk(lea) as desk:
        desk.directory.save_party(Party("v9", "Vendor Nine"))


# ── whom she knows ─────────────────────────────────────────────────────────────────────────


def test_a_manager_looks_up_who_holds_something_where_she_manages(crew, lea):
    with crew.reader(lea) as reader:
        book = reader.directory
        assert [one.id for one in book.users()] == ["hal", "hugo", "lea", "vic"]
        assert [one.id for one in book.users_with("crew.hand", V1)] == ["hal", "hugo"]
        assert [one.id for one in book.users_with("crew.hand", V2)] == []
        assert book.user("hugo").email == "hugo@crew.example"
        assert (book.user("otis"), book.user("ann"), book.user("blank")) == (None, None, None)


# ── files ──────────────────────────────────────────────────────────────────────────────────


def test_a_manager_imports_her_people(crew, lea):
    text = "id,email,grants\nhal,hal@new.example,crew.hand@party:v1\nhana,,crew.hand@party:v1\n"

    done = brought_in(crew, lea, text)

    assert (done.created, done.changed) == (1, 1)
    assert stored(crew)["hal"].email == "hal@new.example"


def test_a_file_gives_no_role_a_manager_may_not_give(crew, lea):
    text = "id,grants\nhal,crew.hand@party:v1;admin\nhana,crew.hand@party:nowhere\nlea,admin\n"

    with pytest.raises(Refused) as refusal:
        brought_in(crew, lea, text)

    assert [(one.field, one.code) for one in refusal.value.problems] == [
        ("line 2, column grants", "grant.not_managed"),
        ("line 3, column grants", "grant.not_managed"),
        ("line 4, column grants", "grant.not_managed"),
    ]
    assert "admin" not in {one.role for one in stored(crew)["hal"].grants}


def test_a_file_changes_nobody_a_manager_may_not_change(crew, lea):
    before = stored(crew)
    text = (
        "id,email,grants\nhal,x@x.example,crew.hand@party:v1\nlea,x@x.example,crew.lead@party:v1\n"
        "hugo,x@x.example,crew.hand@party:v1\notis,x@x.example,crew.hand@party:v1\n"
        "ann,x@x.example,crew.hand@party:v1\nhana,,\n"
    )

    with pytest.raises(Forbidden) as refusal:
        brought_in(crew, lea, text)

    assert [(one.field, one.code) for one in refusal.value.problems] == [
        ("user lea", "user.self"),
        ("user hugo", "grant.not_managed"),
        ("user hugo", "user.not_managed"),
        ("user otis", "user.taken"),
        ("user ann", "user.taken"),
        ("user hana", "user.without_role"),
    ]
    assert stored(crew) == before
