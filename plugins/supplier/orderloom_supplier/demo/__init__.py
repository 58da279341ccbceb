"""The demo: a café orders, its admin approves, a dairy delivers."""

from orderloom_supplier.demo.story import play

__all__ = ["play"]
