"""Invoicing keeps the contract of every module."""

from orderloom.testing import contract_tests

test_contract = contract_tests("invoicing")
