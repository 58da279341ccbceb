"""What is issued of a supplier order: printed documents, and messages another system reads."""

from typing import Final

from orderloom import DocumentType
from orderloom_supplier.documents import delivery_note, goods_receipt, purchase_order
from orderloom_supplier.ubl import messages

DOCUMENTS: Final[tuple[DocumentType, ...]] = (
    purchase_order.DOCUMENT,
    delivery_note.DOCUMENT,
    goods_receipt.DOCUMENT,
    *messages.DOCUMENTS,
)

__all__ = ["DOCUMENTS"]
