"""Secrets by reference: what is stored, shown and recorded says where a secret is, never what."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import attrs

from orderloom.errors import Problem, Refused

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]{0,200}|file:/[^\0\r\n]{1,1000}")
_LARGEST = 65_536  # far above any password or key


def _reference(value: object) -> str:
    """The value is never shown: whoever is refused has most likely typed the secret itself."""
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    template = (
        "The value is no reference to a secret; secrets are never stored in clear. To name one, "
        "write env:NAME for an environment variable, or file:/path for a file."
    )
    raise Refused([Problem("settings.secret_in_clear", template)])


@attrs.frozen
class SecretRef:
    """Where a secret is: `env:NAME` or `file:/path`.

    Raises:
        Refused: [settings.secret_in_clear] the text is neither.
    """

    reference: str = attrs.field(converter=_reference)

    def __str__(self) -> str:
        return self.reference

    def resolve(self, environment: Mapping[str, str] | None = None) -> str:
        """Read the secret, at the moment it is used; white space at its end is dropped.

        Args:
            environment: variables to look in; those of the process if not given.

        Raises:
            Refused: [settings.secret_missing] the variable is not set or empty, or the file
                cannot be read.
        """
        kind, _, where = self.reference.partition(":")
        variables = os.environ if environment is None else environment
        secret = variables.get(where, "") if kind == "env" else _content(Path(where))
        if secret.rstrip():
            return secret.rstrip()
        template = "There is no secret at {reference}. To go on, {remedy}."
        remedy = (
            f"set the environment variable {where}"
            if kind == "env"
            else f"write the secret into {where}, readable to this process"
        )
        params = {"reference": self.reference, "remedy": remedy}
        raise Refused([Problem("settings.secret_missing", template, params=params)])


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode()
    except (OSError, UnicodeDecodeError):
        return ""
