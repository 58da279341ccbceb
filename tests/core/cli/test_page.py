"""The examples of docs/cli.md, typed one after the other into one folder."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderloom.cli.main import cli

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
ID, NUMBER = "01a1fb96", "SUMRFQ-2026-00001"


def examples():
    """The commands of the page, each with the answer the page gives."""
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    for block in blocks:
        for part in block.split("$ orderloom ")[1:]:
            words, _, answer = part.partition("\n")
            yield shlex.split(words), answer.replace("…", "...")


@pytest.fixture
def type_in(folder):
    """Types a command of the page; ids and years are those of today."""
    (folder / "vendors.csv").write_text("id;name\nV2;Example Chairs\n;Nobody\n")
    names = {ID: ID, NUMBER: NUMBER}

    def run(words):
        given = [names.get(word, word) for word in words]
        said = CliRunner().invoke(cli, given, prog_name="orderloom").output
        if made := re.match(r"(\S+) (?:was placed|is now Sent)", said):
            names[NUMBER if "RFQ" in made[1] else ID] = made[1]
        return said.replace(names[NUMBER], NUMBER).replace(names[ID][:8], ID).replace("…", "...")

    return run


def test_every_example_of_the_page_answers_what_the_page_says(type_in):
    pytest.importorskip("orderloom_procurement")
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

    answers = [(words, expected, type_in(words)) for words, expected in examples()]

    wrong = [one for one in answers if not checker.check_output(one[1], one[2], flags)]
    assert wrong == []
    assert len(answers) >= 20
