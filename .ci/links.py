"""Check that what the documentation links to exists, as a stranger with a clone would have it.

Looks at every Markdown file: relative links and images (Markdown or HTML) must name a file of the
repository, and a fragment must name a heading of the Markdown file it points into.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(
    r"""\]\(\s*<?([^)\s>]+)|^\s*\[[^\]]+\]:\s+(\S+)|(?:src|href)="([^"]+)\"""", re.MULTILINE
)
HEADING = re.compile(r"^#+\s+(.+?)\s*#*$", re.MULTILINE)


def main() -> int:
    """Print every broken link and answer the exit code."""
    broken = [found for page in sorted(pages()) for found in broken_in(page)]
    print("\n".join(broken) if broken else f"{len(pages())} pages, every link leads somewhere")
    return 1 if broken else 0


@cache
def files() -> frozenset[Path]:
    """The files of the repository that exist; ignored ones do not count."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return frozenset(ROOT / name for name in names if name and (ROOT / name).is_file())


@cache
def pages() -> frozenset[Path]:
    """The Markdown files of the repository."""
    return frozenset(path for path in files() if path.suffix == ".md")


def broken_in(page: Path) -> Iterator[str]:
    """One line per link of the page that leads nowhere."""
    text = page.read_text("utf-8")
    prose = CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
    for found in LINK.finditer(prose):
        link = urlsplit(next(filter(None, found.groups())))
        if link.scheme or link.netloc:
            continue
        target = (page.parent / unquote(link.path)).resolve() if link.path else page
        if reason := fault(target, link.fragment):
            line = prose.count("\n", 0, found.start()) + 1
            yield f"{page.relative_to(ROOT)}:{line}: {link.geturl()} {reason}"


def fault(target: Path, fragment: str) -> str:
    """Why a link to this place is broken, "" if it is not."""
    if target not in files() and not any(target in path.parents for path in files()):
        return "is no file of the repository"
    if fragment and target.suffix == ".md" and fragment not in anchors(target):
        return "names no heading there"
    return ""


@cache
def anchors(page: Path) -> frozenset[str]:
    """The fragments under which the headings of a page can be reached."""
    headings = HEADING.findall(CODE.sub(" ", page.read_text("utf-8")))
    return frozenset(re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in headings)


if __name__ == "__main__":
    sys.exit(main())
