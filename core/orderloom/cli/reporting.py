"""How a command ends when it does not succeed: one readable block and an exit code."""

from __future__ import annotations

import traceback

import click

from orderloom.cli.printing import safe, to_json
from orderloom.errors import (
    Conflict,
    Forbidden,
    ModuleFault,
    NotFound,
    OrderloomError,
    Problem,
    Refused,
)

REFUSED = 2
BUG = 1
INTERRUPTED = 130

_TITLES = {
    Forbidden: "Not allowed",
    Refused: "Refused",
    NotFound: "Not found",
    Conflict: "Changed meanwhile",
    ModuleFault: "A module failed",
}


def report(error: BaseException, *, json: bool, debug: bool) -> int:
    """Tell what went wrong and what to do; answers the exit code.

    People read stderr; with `json` an object like that of RFC 9457 goes to stdout.

    Args:
        error: whatever a command raised.
        json: as `--json`.
        debug: print the traceback of a bug too, and that of what failed in a module.
    """
    if debug and (bug := _bug(error)) is not None:
        click.echo("".join(traceback.format_exception(bug)), err=True, nl=False)
    if json:
        click.echo(to_json(_object(error), indent=2))
    elif isinstance(error, click.UsageError):
        error.show()
    else:
        click.echo(_block(error, debug), err=True)
    return REFUSED if isinstance(error, OrderloomError | click.UsageError) else _code(error)


def _bug(error: BaseException) -> BaseException | None:
    """What somebody has to mend in code: an error of ours or, behind a fault, of a module."""
    if isinstance(error, ModuleFault):
        return error.__cause__
    return None if isinstance(error, OrderloomError | click.ClickException) else error


def problem_lines(problem: Problem) -> str:
    """A problem as a person reads it: where, what and what to do, who can lift it."""
    told = problem.lifted_by in problem.message  # the remedy names who it is
    lifted = "" if told else f" (can be lifted by: {problem.lifted_by})"
    return safe(f"{problem}{lifted}")


def _code(error: BaseException) -> int:
    return error.exit_code if isinstance(error, click.ClickException) else BUG


def _block(error: BaseException, debug: bool) -> str:
    if isinstance(error, Refused):
        lines = [problem_lines(problem) for problem in error.problems]
        if len(lines) == 1:
            return f"{_title(error)}: {lines[0]}"
        head = f"{_title(error)}, {len(lines)} problems:"
        return "\n".join((head, *(f"  - {line}" for line in lines)))
    return safe(f"{_title(error)}: {_detail(error, debug)}", lines=True)


def _object(error: BaseException) -> dict[str, object]:
    kind = "Usage" if isinstance(error, click.ClickException) else type(error).__name__
    told: dict[str, object] = {
        "type": f"orderloom:{kind}",
        "title": _title(error),
        "detail": _detail(error, debug=False),
    }
    if isinstance(error, Refused):
        told["problems"] = [
            {
                "code": problem.code,
                "field": problem.field,
                "message": problem.message,
                "module": problem.module,
                "lifted_by": problem.lifted_by,
            }
            for problem in error.problems
        ]
    if isinstance(error, Conflict):
        told["retryable"] = error.retryable
    return told


def _title(error: BaseException) -> str:
    if isinstance(error, Conflict) and error.retryable:
        return "Busy"
    known = (title for kind, title in _TITLES.items() if isinstance(error, kind))
    usage = "Wrong usage" if isinstance(error, click.ClickException) else "Unexpected error"
    return next(known, usage)


def _detail(error: BaseException, debug: bool) -> str:
    if isinstance(error, OrderloomError):
        return str(error)
    if isinstance(error, click.ClickException):
        return error.format_message()
    hint = "" if debug else " To see where it comes from, run the command again with --debug."
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"{text}. This is a bug in orderloom or a module; nothing more was written.{hint}"
