"""Two who change the same user at once, one of whom only manages him."""

import pytest

from orderloom import Conflict, Grant, Scope, User
from orderloom.directory import users

V1, V2 = Scope("party", "v1"), Scope("party", "v2")
HAND = Grant("crew.hand", V1)


def stored(toy):
    with toy.reader() as reader:
        return {one.id: one for one in reader.directory.users()}


def by(toy, actor, work):
    with toy.desk(actor) as desk:
        return work(desk.directory)


def give_at_once(toy, user, role):
    """Give a user a role, waiting for nobody."""
    with toy.desk() as desk:
        desk.reading.connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        desk.directory.grant(user, role)


def meanwhile(monkeypatch, name, work):
    """Something that happens right before the next call of a function of `users`."""
    real = getattr(users, name)

    def call(*args):
        monkeypatch.setattr(users, name, real)
        work()
        return real(*args)

    monkeypatch.setattr(users, name, call)


def test_nobody_becomes_more_between_the_look_and_the_change(crew, lea, monkeypatch):
    if crew.loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")

    def promote():
        with pytest.raises(Conflict):
            give_at_once(crew, "hal", "admin")

    meanwhile(monkeypatch, "upsert", promote)
    hal = User(id="hal", email="new@crew.example", grants=[HAND])
    by(crew, lea, lambda book: book.save_user(hal))

    assert stored(crew)["hal"].grants == (HAND,)


def test_of_two_who_add_the_same_user_the_later_overwrites_nothing(crew, lea, monkeypatch):
    if crew.loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    mine = User(id="hana", email="lea@crew.example", grants=[HAND])
    theirs = User(id="hana", name="Hana", email="hana@v2.example", grants=[Grant("crew.hand", V2)])

    meanwhile(
        monkeypatch, "insert_new", lambda: by(crew, crew.ann, lambda book: book.save_user(theirs))
    )
    with pytest.raises(Conflict, match="added the user hana") as conflict:
        by(crew, lea, lambda book: book.save_user(mine))

    assert conflict.value.retryable
    assert stored(crew)["hana"] == theirs
