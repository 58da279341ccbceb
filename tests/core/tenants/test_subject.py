from datetime import UTC, datetime

from orderloom.modules.contributions import Tenant
from orderloom.tenants import subject, tenant_ref, tenant_subject

NOW = datetime(2027, 1, 2, tzinfo=UTC)


def test_the_subject_of_a_tenant_has_the_same_id_everywhere():
    assert str(tenant_ref("acme").id) == "bcf96dc7-4f6d-5ac6-8685-7c69a40f388a"


def test_tenants_have_different_subjects():
    assert tenant_ref("acme") != tenant_ref("other")


def test_a_new_tenant_is_an_active_subject():
    made = tenant_subject(Tenant(key="acme", title="Acme"), NOW, "robin")

    assert (made.ref, made.type, made.status, made.version) == (
        tenant_ref("acme"),
        "tenant",
        "active",
        1,
    )


def test_a_changed_tenant_is_told_by_what_changed():
    before = Tenant(key="acme", title="Acme", revision=1)

    body = subject.changed_body(before, Tenant(key="acme", title="Acme 2", revision=2))

    assert body == {"what": "tenant", "created": False, "changed": {"title": ["Acme", "Acme 2"]}}
