"""Price lists: what was agreed with a vendor is what a line costs."""
