"""Requests: what somebody asks a project for, and what is decided about it.

Source: BackOps, procurement (requests) and advancing (approvals).
"""
