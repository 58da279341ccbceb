"""orderloom: orders, line items and statuses for ERPs, extended by modules."""
