"""A process that dies between the file and the commit leaves a file, and nothing else."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from orderloom import SETUP, FolderFiles, NewLine, NewOrder, Orderloom, Project, Upload
from orderloom.worker import Worker

DYING = """
import os, sys
from orderloom import SETUP, Orderloom, Upload

url, folder, tenant, order, file = sys.argv[1:]
with Orderloom(url, files=folder).desk(tenant, SETUP) as desk:
    desk.attach(order, Upload("file", "plan.pdf", open(file, "rb").read()))
    os._exit(9)
"""


@pytest.fixture
def loom(engine, tmp_path):
    return Orderloom(engine, files=FolderFiles(tmp_path / "files"))


@pytest.fixture
def order(loom, tenant_key):
    with loom.desk(tenant_key, SETUP) as desk:
        desk.directory.save_project(Project("summer", "Summer"))
        line = NewLine("Folding chair", "200", price="1.25")
        return desk.place(NewOrder("procurement.order", project="summer", lines=[line]))


def lying(loom):
    return [one.name for one in loom.files.path.rglob("*") if one.is_file()]


def test_what_a_killed_process_left_is_swept(loom, tenant_key, order, files, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(files.pdf)
    with loom.desk(tenant_key, SETUP) as desk:
        (kept,) = desk.attach(order, Upload("file", "kept.pdf", files.pdf))
    url = loom.engine.url.render_as_string(hide_password=False)
    words = [url, loom.files.path, tenant_key, order.id, tmp_path / "plan.pdf"]

    died = subprocess.run([sys.executable, "-c", DYING, *map(str, words)], check=False)
    after = len(lying(loom))
    loom.clock = lambda: datetime.now(UTC) + timedelta(days=3)
    done = Worker(loom).once(tenant=tenant_key)

    assert (died.returncode, after) == (9, 2)
    assert [one.outcome for one in done if one.what == "files"] == ["1"]
    assert lying(loom) == [kept.id.hex]
    with loom.reader(tenant_key, SETUP) as reader:
        assert reader.attachments(order) == (kept,)
        assert reader.file(kept) == files.pdf
