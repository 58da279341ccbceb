"""Mails owed because of events, delivered to a local server by two workers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

import attrs
from harness.ground import POSTGRES
from harness.market import ORDERER, TENANT, market, modules, new_order
from harness.measuring import Figure, Table, Target, interleave
from harness.setting import Setting
from harness.sink import mail_sink
from harness.system import ADMIN

from orderloom import Orderloom
from orderloom.worker import Worker

WORKERS = 2
MAILS = 2_000


def deliver(setting: Setting) -> Iterator[Figure]:
    """One mail for each of 2,000 orders; sent, and noted as sent one by one."""
    mails = setting.count(MAILS, quick=100)
    for ground in setting.grounds("deliver"):
        with market(ground) as loom, mail_sink() as port:
            with loom.desk(TENANT, ADMIN) as desk:
                smtp = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"}
                desk.admin.set("core", {"mail_transport": "smtp", **smtp})
            Worker(loom).once(tenant=TENANT)
            url = ground.ours.render_as_string(hide_password=False)
            with _workers(url) as pipes:
                variants = {f"{WORKERS} workers": Draining(loom, pipes)}
                rounds = interleave(
                    variants, count=mails, rounds=min(5, setting.rounds), settle=ground.settle
                )
        target = Target(least=500) if ground.dialect == POSTGRES else None
        table = Table(f"deliver mails, {ground.dialect}", rounds)
        yield table.of(f"{WORKERS} workers", target=target)


@attrs.frozen
class Draining:
    """Owes so many mails, then lets all workers loose on them."""

    loom: Orderloom
    pipes: list[Connection]

    def seconds(self, count: int) -> float:
        with self.loom.desk(TENANT, ORDERER) as desk:
            placed = desk.place_many(map(new_order, range(count)))
        with self.loom.desk(TENANT, ORDERER) as desk:
            for order in placed:
                desk.perform(order, "finish")
        start = time.perf_counter()
        for pipe in self.pipes:
            pipe.send("go")
        sent = sum(pipe.recv() for pipe in self.pipes)
        taken = time.perf_counter() - start
        assert sent == count, (sent, count)
        return taken / count


@contextmanager
def _workers(url: str) -> Iterator[list[Connection]]:
    spawn = get_context("spawn")
    pipes, processes = [], []
    for _ in range(WORKERS):
        here, there = spawn.Pipe()
        process = spawn.Process(target=_work, args=(there, url), daemon=True)
        process.start()
        pipes.append(here)
        processes.append(process)
    for pipe in pipes:
        pipe.recv()
    try:
        yield pipes
    finally:
        for pipe in pipes:
            pipe.send(None)
        for process in processes:
            process.join()


def _work(there: Connection, url: str) -> None:
    with Orderloom(url, modules=modules()) as loom:
        worker = Worker(loom)
        there.send("ready")
        while there.recv():
            done = worker.once(tenant=TENANT)
            there.send(len([one for one in done if (one.what, one.outcome) == ("mail", "sent")]))
