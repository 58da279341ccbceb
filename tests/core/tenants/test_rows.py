from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from orderloom import tenants
from orderloom.errors import NotFound, Refused
from orderloom.modules.contributions import Tenant
from orderloom.store.entering import enter

NOW = datetime(2027, 1, 2, tzinfo=UTC)
KEY = "festival-of-this-test"
NEW = Tenant(key=KEY, title="Festival", timezone="Europe/Vienna", currency="EUR")


def test_a_new_tenant_is_loaded_with_revision_1(connection):
    enter(connection, KEY)
    tenants.create(connection, NEW, NOW)

    assert tenants.load(connection, KEY) == Tenant(
        key=KEY, title="Festival", timezone="Europe/Vienna", currency="EUR", revision=1
    )


def test_loading_takes_one_statement(connection, tenant):
    statements = []
    sa.event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))

    tenants.load(connection, tenant)

    assert len(statements) == 1


def test_an_unknown_tenant_is_none(connection):
    assert tenants.load(connection, "nobody") is None


def test_a_key_that_is_taken_is_refused(connection, tenant):
    with pytest.raises(Refused) as refused:
        tenants.create(connection, Tenant(key=tenant, title="Again"), NOW)

    assert refused.value.codes == ("tenant.exists",)


def test_everything_wrong_with_a_tenant_is_reported_at_once(connection):
    bad = Tenant(key="A B", title="", timezone="Mars/Base", currency="EURO", language="?")

    with pytest.raises(Refused) as refused:
        tenants.create(connection, bad, NOW)

    assert refused.value.codes == (
        "key.malformed",
        "text.empty",
        "timezone.unknown",
        "currency.unknown",
        "language.malformed",
    )


def test_a_changed_tenant_has_the_next_revision(connection):
    enter(connection, KEY)
    tenants.create(connection, NEW, NOW)

    changed = tenants.update(connection, Tenant(key=KEY, title="Big", currency="CHF"))

    assert changed.revision == 2
    assert tenants.load(connection, KEY) == changed


def test_changing_one_tenant_leaves_the_others(other_tenant, connection, tenant):
    tenants.bump_revision(connection, tenant)

    assert tenants.load(connection, tenant).revision == 2
    enter(connection, other_tenant)
    assert tenants.load(connection, other_tenant).revision == 1


def test_changing_an_unknown_tenant_names_the_nearest(connection, tenant):
    with pytest.raises(NotFound) as missing:
        tenants.bump_revision(connection, f"{tenant}x")

    assert tenant in missing.value.hint
