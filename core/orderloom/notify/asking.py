"""Calling the functions of a notification: what fails in them is its module's fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from orderloom.errors import Conflict, ModuleFault
from orderloom.modules import fault_of
from orderloom.modules.contributions import Notification

T = TypeVar("T")


def answering(cls: type[T], function: Callable[..., Iterable[T]]) -> Callable[..., list[T]]:
    """A function of a module, perhaps a generator, run to its end inside its own blame."""

    def run(*args: Any) -> list[T]:
        answers = list(function(*args))
        for answer in answers:
            if not isinstance(answer, cls):
                given = type(answer).__name__
                raise TypeError(f"it answered {given} where {cls.__name__} is expected")
        return answers

    return run


def asked(notification: Notification, step: str, function: Callable[..., T], *args: Any) -> T:
    """What a function of a notification answers; its failure names the module.

    Raises:
        ModuleFault: it failed.
    """
    try:
        return function(*args)
    except (Conflict, ModuleFault):
        raise
    except Exception as error:
        module = notification.key.partition(".")[0]
        raise fault_of(error, module, f"{step} of {notification.key}", "") from error
