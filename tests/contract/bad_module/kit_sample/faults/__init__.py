"""The sound module, broken in one place: each function answers one bad module."""

from kit_sample.faults import deciding, declaring, reacting, standing, tables
from kit_sample.faults.seeding import FAULTS

__all__ = ["FAULTS", "deciding", "declaring", "reacting", "standing", "tables"]
