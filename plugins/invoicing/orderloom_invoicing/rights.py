"""The permissions of this module; those about an invoice hold for its credit notes too."""

READ = "invoicing.invoice.read"
PLACE = "invoicing.invoice.place"
HAND_OVER = "invoicing.invoice.hand_over"
EDIT = "invoicing.invoice.edit"
POST = "invoicing.invoice.post"
VOID = "invoicing.invoice.void"
CREDIT = "invoicing.invoice.credit"
