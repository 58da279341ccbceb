import pytest

from orderloom.errors import Refused
from orderloom.tenants import SecretRef


def test_a_secret_in_the_environment_is_read_when_it_is_used():
    assert SecretRef("env:MAIL_PASSWORD").resolve({"MAIL_PASSWORD": "correct horse\n"}) == (
        "correct horse"
    )


def test_a_secret_in_a_file_is_read_when_it_is_used(tmp_path):
    path = tmp_path / "password"
    reference = SecretRef(f"file:{path}")
    path.write_text("correct horse\n")

    assert reference.resolve() == "correct horse"


@pytest.mark.parametrize("text", ["correct horse", "", "env:", "env:A B", "file:relative", 7])
def test_a_secret_in_clear_is_refused_without_being_shown(text):
    with pytest.raises(Refused) as refused:
        SecretRef(text)

    assert refused.value.codes == ("settings.secret_in_clear",)
    assert "correct horse" not in repr(refused.value) + str(refused.value)


@pytest.mark.parametrize("reference", ["env:NOWHERE", "file:/no/such/file"])
def test_a_secret_that_is_not_there_is_refused_with_the_remedy(reference):
    with pytest.raises(Refused) as refused:
        SecretRef(reference).resolve({})

    assert refused.value.codes == ("settings.secret_missing",)
    assert reference in str(refused.value)


def test_an_empty_secret_is_a_missing_one(tmp_path):
    path = tmp_path / "password"
    path.write_text("\n")

    with pytest.raises(Refused):
        SecretRef(f"file:{path}").resolve()
