"""A host: an ERP that keeps its own books and lets orderloom keep its orders."""
