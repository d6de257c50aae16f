"""The versions that the tests run with: the pinned ones of constraints.txt, and the lowest ones of pyproject.toml.

``versions.py lowest``: prints constraints.txt with the lowest allowed version of all that users of msgkit install.
``versions.py check``: fails where something is installed that constraints.txt does not pin, or in another version.
"""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FOR_USERS = ("async", "celery", "cli", "preview", "redis", "sandbox", "studio", "testing", "yaml")
"""The extras whose requirements are ranges; the others are the project's own."""
_COMES_WITH_PYTHON = {"pip", "setuptools"}


def pinned() -> dict[str, str]:
    """Return the versions that constraints.txt pins, by name as pip compares names."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def lowest() -> dict[str, str]:
    """Return the lowest versions that users may have.

    Raises:
        ValueError: A requirement has no lowest version, or more than that.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(line for extra in FOR_USERS for line in extras[extra])]
    requirements = [Requirement(line) for line in wanted]
    return dict(_lowest(requirement) for requirement in requirements if requirement.name != project["name"])


def _lowest(requirement: Requirement) -> tuple[str, str]:
    (bound,) = requirement.specifier or (None,)
    if bound is None or bound.operator != ">=":
        raise ValueError(f"{requirement}: should be NAME>=VERSION")
    return canonicalize_name(requirement.name), bound.version


def strays() -> list[str]:
    """Return what is installed here and not pinned so."""
    pins = pinned()
    installed = {(canonicalize_name(found.name), found.version) for found in metadata.distributions()}
    own = canonicalize_name(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"])
    return [
        f"{name} {version} is installed; constraints.txt {f'pins {pins[name]}' if name in pins else 'does not pin it'}"
        for name, version in sorted(installed)
        if name not in {own, *_COMES_WITH_PYTHON} and pins.get(name) != version
    ]


def main(command: str) -> int:
    """Run a command and return the exit code."""
    if command == "lowest":
        print("\n".join(f"{name}=={version}" for name, version in {**pinned(), **lowest()}.items()))
        return 0
    found = strays()
    print("\n".join(found) or "all that is installed is pinned")
    return 1 if found else 0


if __name__ == "__main__":
    commands = ("lowest", "check")
    if sys.argv[1:] not in [[command] for command in commands]:
        sys.exit(f"usage: versions.py {'|'.join(commands)}")
    sys.exit(main(sys.argv[1]))
