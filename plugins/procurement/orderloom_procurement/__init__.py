"""Procurement for orderloom: needs, orders to vendors, coverage, requests for quotation."""
