import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from orderloom import Actor, Conflict, Grant, NotFound, Orderloom, Problem, Refused, User


def key():
    return f"t{uuid4().hex[:12]}"


@pytest.fixture
def loom(toy):
    return toy.loom


def test_a_tenant_gets_its_modules_and_those_they_require(make_toy, make_module):
    wood = make_module("wood", requires=set(), touches=set())
    fire = make_module("fire", requires={"wood"}, touches=set())
    loom = make_toy(off=(wood, fire)).loom
    name = key()

    tenant = loom.create_tenant(name, title="Example", currency="USD", modules=["fire"])

    assert (tenant.title, tenant.currency) == ("Example", "USD")
    with loom.reader(name, Actor("ann", (Grant("admin"),))) as reader:
        assert reader.tenant == tenant
        assert set(reader.assembly.order) == {"wood", "fire"}


def test_a_tenant_whose_module_is_not_there_is_not_created(loom):
    name = key()

    with pytest.raises(NotFound, match="toy"):
        loom.create_tenant(name, modules=["toy", "tooy"])

    assert name not in [tenant.key for tenant in loom.tenants()]
    assert loom.create_tenant(name, modules=["toy"]).key == name


def test_a_tenant_is_created_once(loom, toy):
    with pytest.raises(Refused) as refused:
        loom.create_tenant(toy.tenant)

    assert refused.value.codes == ("tenant.exists",)


def test_everything_wrong_with_a_tenant_is_told_at_once(loom):
    with pytest.raises(Refused) as refused:
        loom.create_tenant("NOT A KEY", timezone="Mars", currency="XYZ")

    assert [problem.field for problem in refused.value.problems] == ["key", "timezone", "currency"]


def test_an_unknown_tenant_names_those_near(loom, toy):
    with pytest.raises(NotFound), loom.desk(f"{toy.tenant}x", toy.ann):
        pass


def test_run_tries_again_what_someone_else_was_in_the_way_of(toy, monkeypatch):
    monkeypatch.setattr("orderloom.loom.time.sleep", lambda seconds: None)
    tries = []

    def work(desk):
        tries.append(desk.place(toy.new()))
        if len(tries) < 3:
            raise Conflict("Busy.", retryable=True)
        return "done"

    assert toy.loom.run(toy.tenant, toy.ann, work) == "done"
    assert toy.count() == 1


def test_run_gives_up_after_eight_times(toy, monkeypatch):
    monkeypatch.setattr("orderloom.loom.time.sleep", lambda seconds: None)
    tries = []

    def work(desk):
        tries.append(1)
        raise Conflict("Busy.", retryable=True)

    with pytest.raises(Conflict):
        toy.loom.run(toy.tenant, toy.ann, work)
    assert len(tries) == 8


def test_run_does_not_repeat_what_a_person_has_to_decide(toy):
    tries = []

    def work(desk):
        tries.append(1)
        raise Conflict("Changed.")

    with pytest.raises(Conflict):
        toy.loom.run(toy.tenant, toy.ann, work)
    assert len(tries) == 1


def test_two_looms_in_one_process_keep_apart(make_toy, make_module):
    def check_order(order):
        return Problem("no", "No. To go on, ask Kim.")

    strict, free = make_toy(make_module("strict", check_order=check_order)), make_toy()

    with pytest.raises(Refused):
        strict.place()
    assert free.place().status == "draft"


def test_threads_share_a_loom(toy):
    def work(number):
        def place(desk):
            return desk.perform(desk.place(toy.new(title=str(number))), "send").number

        return toy.loom.run(toy.tenant, toy.ann, place)

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(work, range(20)))

    assert sorted(numbers) == [f"T-2026-{n:04}" for n in range(1, 21)]
    assert toy.verified().ok


def test_two_threads_with_one_key_place_one_order(toy):
    start = threading.Barrier(2)

    def work(_):
        start.wait()
        return toy.loom.run(toy.tenant, toy.ann, lambda desk: desk.place(toy.new(), key="k1").id)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))

    assert first == second
    assert toy.count() == 1


def test_two_threads_on_one_version_leave_one_winner(toy):
    order = toy.place()
    start = threading.Barrier(2)

    def work(action):
        start.wait()
        try:
            return toy.loom.run(toy.tenant, toy.ann, lambda desk: desk.perform(order, action))
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(work, ("send", "cancel")))

    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert toy.verified().ok


def test_two_threads_issue_two_revisions(toy):
    order = toy.place()
    start = threading.Barrier(2)

    def work(_):
        start.wait()
        with toy.desk() as desk:
            return desk.issue(order.id, "toy.slip").revision

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [1, 2]


def test_a_settings_file_that_cannot_be_read_is_refused(engine, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("this is = not [toml")

    with pytest.raises(Refused, match="mend or remove it"):
        Orderloom(engine, modules=[], settings_file=file)


def test_settings_of_modules_there_are_not_are_all_refused_at_once(engine, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("[settings.cor]\nsmtp_port = 25\n[tenants.acme.settings.tooy]\nmost = 3\n")

    with pytest.raises(Refused) as refused:
        Orderloom(engine, modules=[], settings_file=file)

    assert [problem.field for problem in refused.value.problems] == [
        "settings.cor (file)",
        "tenants.acme.settings.tooy (file)",
    ]


def test_settings_of_a_module_safe_mode_leaves_out_are_known(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERLOOM_SAFE_MODE", "1")
    file = tmp_path / "settings.toml"
    file.write_text("[settings.toy]\nmost = 3\n")
    toys = [each.plugin for each in toy.loom.catalogue.loaded.values()]

    loom = Orderloom(toy.loom.engine, modules=toys, settings_file=file)

    assert loom.sources.file == {"settings": {"toy": {"most": 3}}}


def test_closing_lets_go_of_a_database_of_its_own(sqlite_engine):
    with Orderloom(sqlite_engine.url, modules=[]) as loom:
        loom.tenants()
        pool = loom.engine.pool

    assert pool.checkedin() == 0


def test_closing_leaves_an_engine_to_the_host_it_belongs_to(sqlite_engine):
    with Orderloom(sqlite_engine, modules=[]) as loom:
        loom.tenants()

    assert sqlite_engine.pool.checkedin() == 1


def test_a_user_is_an_actor_with_the_rights_of_the_directory(toy):
    with toy.desk() as desk:
        desk.directory.save_user(User(id="kim", grants=(Grant("toy.viewer"),)))

    actor = toy.loom.actor(toy.tenant, "kim")

    assert (actor.id, actor.grants) == ("kim", (Grant("toy.viewer"),))
    with pytest.raises(NotFound, match="kim"):
        toy.loom.actor(toy.tenant, "kin")
