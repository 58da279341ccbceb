"""The bad module and the sound one it is made of, importable as `kit_sample`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent / "bad_module"))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Install a distribution with one python file; answers the key of its module."""

    def install(source: str, *, requires: str = "orderloom>=0.1,<0.2", readme: str = "") -> str:
        info = tmp_path / "kit_installed-1.0.dist-info"
        info.mkdir()
        named = "Metadata-Version: 2.1\nName: kit-installed\nVersion: 1.0"
        metadata = f"{named}\nRequires-Dist: {requires}\n\n{readme}"
        (info / "METADATA").write_text(metadata, "utf-8")
        points = "[orderloom.modules]\nkit_installed = kit_installed_module\n"
        (info / "entry_points.txt").write_text(points, "utf-8")
        (tmp_path / "kit_installed_module.py").write_text(source, "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "kit_installed_module", raising=False)
        return "kit_installed"

    return install


@pytest.fixture
def findings() -> Callable[..., dict[str, str]]:
    """What the kit finds about a module: the text of its findings by check."""
    from orderloom.testing import check_module

    def find(given: Any) -> dict[str, str]:
        return {one.check: str(one) for one in check_module(given) if one.findings}

    return find
