import pytest

from orderloom.cli.config import Config, configure, file_text
from orderloom.errors import Refused


def test_flags_come_before_the_file(tmp_path):
    (tmp_path / "orderloom.toml").write_text('db = "sqlite:///a.db"\ntenant = "acme"\n')

    config = configure({"db": None, "tenant": "other", "user": None}, tmp_path)

    assert config == Config(
        db="sqlite:///a.db", tenant="other", user="", file=tmp_path / "orderloom.toml"
    )


def test_without_a_file_only_flags_count(tmp_path):
    assert configure({"db": "sqlite:///b.db"}, tmp_path) == Config(db="sqlite:///b.db")


def test_settings_in_the_file_are_left_to_the_settings(tmp_path):
    (tmp_path / "orderloom.toml").write_text('[settings.core]\nmail_sender = "a@b.example"\n')

    assert configure({}, tmp_path).db == ""


def test_a_misspelt_key_and_a_wrong_value_are_refused_together(tmp_path):
    (tmp_path / "orderloom.toml").write_text('tennant = "acme"\nuser = 7\n')

    with pytest.raises(Refused) as refused:
        configure({}, tmp_path)

    assert refused.value.codes == ("cli.unknown_key", "cli.not_text")
    assert "use: tenant" in str(refused.value)


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    (tmp_path / "orderloom.toml").write_text("db = \n")

    with pytest.raises(Refused) as refused:
        configure({}, tmp_path)

    assert refused.value.codes == ("cli.file_malformed",)


def test_what_init_writes_is_read_back(tmp_path):
    config = Config(db='sqlite:///odd "name".db', tenant="acme", user="ann")
    (tmp_path / "orderloom.toml").write_text(file_text(config))

    read = configure({}, tmp_path)

    assert (read.db, read.tenant, read.user) == (config.db, "acme", "ann")
