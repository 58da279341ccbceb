from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "requests.md"


def test_the_page_names_every_permission_of_requests_and_needs(loom, tenant_key, admin):
    text = PAGE.read_text("utf-8")
    with loom.reader(tenant_key, admin) as reader:
        permissions = [
            one
            for one in reader.assembly.permissions
            if one.startswith("procurement.") and ".order." not in one
        ]

    assert [one for one in permissions if f"`{one}`" not in text] == []
