"""Incoming inspection, an example of a module."""
