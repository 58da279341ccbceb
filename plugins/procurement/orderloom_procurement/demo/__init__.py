"""The demo: two festivals are supplied."""

from orderloom_procurement.demo.story import play

__all__ = ["play"]
