import pytest

from orderloom import Conflict, Grant, Refused, User
from orderloom.directory import users


def deactivate(toy, user):
    """Deactivate a user, waiting for nobody."""
    with toy.desk() as desk:
        if toy.loom.engine.dialect.name == "postgresql":
            desk.reading.connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        desk.directory.deactivate_user(user)


def test_two_admins_cannot_let_each_other_go_at_once(toy, monkeypatch):
    with toy.desk() as desk:
        for id in ("robin", "sascha"):
            desk.directory.save_user(User(id=id, grants=[Grant("admin")]))
    if toy.loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    real = users.upsert

    def upsert(*args):
        monkeypatch.setattr(users, "upsert", real)
        with pytest.raises(Conflict):
            deactivate(toy, "sascha")  # robin was judged to be free to go, and is not gone yet
        real(*args)

    monkeypatch.setattr(users, "upsert", upsert)
    deactivate(toy, "robin")

    with pytest.raises(Refused, match="sascha is the last active admin"):
        deactivate(toy, "sascha")
