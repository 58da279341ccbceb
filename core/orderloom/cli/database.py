"""The URL of a database, as people write and read it."""

from __future__ import annotations

from pathlib import Path

from orderloom.errors import Problem, Refused


def check_url(url: str, *, creates: bool) -> None:
    """Refuse what a slip of the pen makes of the URL of a database.

    Args:
        url: as it was given; whether it is a URL at all is not asked here.
        creates: the command may make a database file.

    Raises:
        Refused: [cli.postgres_url], [cli.no_such_database].
    """
    if url.startswith("postgres://"):
        text = "The URL begins with postgres://. To open the database, write postgresql://."
        raise Refused([Problem("cli.postgres_url", text, "db")])
    path = None if creates else file_of(url)
    if path is not None and not path.exists():
        text = (
            "There is no database {file}. To go on, check how it is written; to make a new one, "
            "run: orderloom init (or only its tables: orderloom migrate)."
        )
        raise Refused([Problem("cli.no_such_database", text, "db", params={"file": path})])


def masked(url: str) -> str:
    """A URL without its password, to be shown."""
    import sqlalchemy as sa

    return sa.make_url(url).render_as_string(hide_password=True)


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None if it is none, lives in memory, or is written wrongly."""
    import sqlalchemy as sa

    try:
        read = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # the store says what is wrong with it
        return None
    name = read.database or ""
    if read.get_backend_name() != "sqlite" or not name or name.startswith((":memory:", "file:")):
        return None
    return Path(name)
