"""When a supplier delivers, and until when an order for a day is taken."""
