"""Whether an installed module fits the installed core, told from metadata, before any import."""

from __future__ import annotations

from importlib.metadata import Distribution, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

CORE = "orderloom"


def incompatibility(distribution: Distribution) -> str:
    """Why a distribution does not fit the installed core; "" if it does or names no range."""
    from packaging.requirements import InvalidRequirement

    installed = version(CORE)
    try:
        ranges = _core_ranges(distribution)
    except InvalidRequirement as error:
        return f"Its requirements cannot be read: {error}. To use it, install a mended release."
    if all(wanted.contains(installed, prereleases=True) for wanted in ranges):
        return ""
    return (
        f"It needs {CORE} {', '.join(map(str, ranges))}, and {installed} is installed. To use it, "
        f"install a release of it made for {CORE} {installed}."
    )


def _core_ranges(distribution: Distribution) -> list[SpecifierSet]:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    requirements = [Requirement(line) for line in distribution.requires or ()]
    return [
        requirement.specifier
        for requirement in requirements
        if canonicalize_name(requirement.name) == CORE
        and (requirement.marker is None or requirement.marker.evaluate({"extra": ""}))
    ]
