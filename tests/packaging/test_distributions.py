import ast
import importlib.metadata
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core"
PLUGINS = sorted(found.parent for found in ROOT.glob("plugins/*/pyproject.toml"))
DISTRIBUTIONS = [CORE, *PLUGINS]


def by_name(project: Path) -> str:
    return project.name


def declared(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "pyproject.toml").read_text("utf-8"))


def dependencies(project: Path) -> list[Requirement]:
    table = declared(project)["project"]
    extras = table.get("optional-dependencies", {}).values()
    return [Requirement(text) for group in (table["dependencies"], *extras) for text in group]


def package(project: Path) -> Path:
    return next(project.glob("orderloom*/__init__.py")).parent


def imports(source: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_all_distributions_carry_one_version():
    versions = {declared(project)["project"]["version"] for project in [ROOT, *DISTRIBUTIONS]}

    assert len(versions) == 1


@pytest.mark.parametrize("project", PLUGINS, ids=by_name)
def test_a_module_accepts_this_core_and_not_the_next_series(project):
    core = declared(CORE)["project"]["version"]
    major, minor, _ = (int(part) for part in core.split("."))

    wanted = next(need for need in dependencies(project) if need.name == "orderloom")

    assert wanted.specifier.contains(core)
    assert not wanted.specifier.contains(f"{major}.{minor + 1}.0")


@pytest.mark.parametrize("project", PLUGINS, ids=by_name)
def test_a_module_is_named_alike_as_folder_distribution_package_and_entry_point(project):
    table = declared(project)["project"]

    assert table["name"] == f"orderloom-{project.name}"
    assert package(project).name == f"orderloom_{project.name}"
    assert table["entry-points"] == {
        "orderloom.modules": {project.name: f"orderloom_{project.name}.module"}
    }


@pytest.mark.parametrize("project", DISTRIBUTIONS, ids=by_name)
def test_a_distribution_declares_every_package_it_imports(project):
    known = {canonicalize_name(need.name) for need in dependencies(project)}
    providers = importlib.metadata.packages_distributions()
    imported = set().union(*(imports(source) for source in package(project).rglob("*.py")))

    undeclared = {
        name
        for name in imported - sys.stdlib_module_names - {package(project).name}
        if not known & {canonicalize_name(provider) for provider in providers.get(name, [name])}
    }

    assert undeclared == set()


@pytest.mark.parametrize("project", DISTRIBUTIONS, ids=by_name)
def test_a_distribution_carries_the_licence_of_the_whole(project):
    assert (project / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize("project", DISTRIBUTIONS, ids=by_name)
def test_the_notices_name_every_package_a_distribution_needs(project):
    notices = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    listed = {canonicalize_name(name) for name in re.findall(r"^\| ([\w-]+) \|", notices, re.M)}

    needed = {canonicalize_name(need.name) for need in dependencies(project)}
    ours = {f"orderloom-{one.name}" for one in PLUGINS} | {"orderloom"}
    assert needed - ours - listed == set()


@pytest.mark.parametrize("project", PLUGINS, ids=by_name)
def test_the_import_contracts_watch_every_module(project):
    linter = declared(ROOT)["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in linter["contracts"]}
    name = package(project).name

    assert name in linter["root_packages"]
    assert name in contracts["core-without-modules"]["forbidden_modules"]
    for watched in ("modules-use-public-names", "transitions", "pluggy", "fpdf"):
        assert name in contracts[watched]["source_modules"]


def test_where_uv_cannot_install_pip_is_given_every_distribution_with_its_extras():
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)

    given = list(dev.requirements())

    core = f"{CORE}[postgres,cli,shaping,files,fast,testing]"
    editable = [core, *(str(project) for project in PLUGINS)]
    assert given[: 2 * len(editable)] == [
        part for path in editable for part in ("--editable", path)
    ]
    assert any(need.startswith("pytest>=") for need in given)
