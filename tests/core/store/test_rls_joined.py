"""A joined desk leaves the tenant it found, whatever happened."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orderloom.store.engine import joined
from orderloom.store.entering import TENANT

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


def entered(host):
    return host.execute(sa.select(sa.func.current_setting(TENANT, True))).scalar() or ""


@pytest.fixture(params=["connection", "session"])
def host(request, engine):
    with engine.connect() if request.param == "connection" else Session(engine) as opened:
        yield opened


def test_a_joined_desk_enters_its_tenant_and_leaves_none(toy, host):
    with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann):
        inside = entered(host)

    assert (inside, entered(host)) == (toy.tenant, "")


@pytest.mark.parametrize("fails", [False, True])
def test_the_tenant_the_host_had_entered_is_given_back(toy, host, fails):
    host.execute(sa.select(sa.func.set_config(TENANT, "the-hosts", True)))

    def work():
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann):
            if fails:
                raise ZeroDivisionError

    if fails:
        with pytest.raises(ZeroDivisionError):
            work()
    else:
        work()

    assert entered(host) == "the-hosts"


def test_a_desk_inside_a_desk_of_another_tenant_gives_it_back(make_toy, host):
    outer, inner = make_toy(), make_toy()
    with outer.loom.join(host, tenant=outer.tenant, actor=outer.ann) as desk:
        with inner.loom.join(host, tenant=inner.tenant, actor=inner.ann) as other:
            other.place(inner.new())
        order = desk.place(outer.new())
    host.commit()

    assert (outer.get(order).version, outer.count(), inner.count()) == (1, 1, 1)


def test_what_a_statement_broke_is_given_back_too(toy, engine):
    with engine.connect() as host:
        with pytest.raises(sa.exc.ProgrammingError), joined(host, toy.tenant) as connection:
            connection.exec_driver_sql("SELECT * FROM nowhere")

        assert entered(host) == ""


def test_a_desk_of_its_own_enters_for_its_transaction_only(toy, engine):
    with toy.desk() as desk:
        connection = desk.reading.connection
        inside = entered(connection)
    with engine.connect() as connection:
        assert (inside, entered(connection)) == (toy.tenant, "")
