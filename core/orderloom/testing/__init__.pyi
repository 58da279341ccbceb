from .bench import Bench, open_bench
from .builders import (
    a_line,
    a_party,
    a_product,
    a_project,
    a_stranger,
    a_subject,
    an_actor,
    an_address,
    an_order,
)
from .clock import NOON, FakeClock
from .contract import Check, Finding, Result, all_checks, check_module
from .fuzzing import BrokenInvariantError, Dice, Ground, Story, fuzz_module
from .mailbox import Mail, Mailbox
from .memory_directory import MemoryDirectory
from .pytest_kit import bench_fixture, contract_tests
from .samples import Samples, samples_of
from .webhooks import Request, WebhookSink

__all__ = [
    "NOON",
    "Bench",
    "BrokenInvariantError",
    "Check",
    "Dice",
    "FakeClock",
    "Finding",
    "Ground",
    "Mail",
    "Mailbox",
    "MemoryDirectory",
    "Request",
    "Result",
    "Samples",
    "Story",
    "WebhookSink",
    "a_line",
    "a_party",
    "a_product",
    "a_project",
    "a_stranger",
    "a_subject",
    "all_checks",
    "an_actor",
    "an_address",
    "an_order",
    "bench_fixture",
    "check_module",
    "contract_tests",
    "fuzz_module",
    "open_bench",
    "samples_of",
]
