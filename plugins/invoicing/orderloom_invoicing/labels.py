"""The words of invoices and credit notes, by language."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Labels:
    """The words in one language.

    Attributes:
        terms: how long there is to pay; with `{due}`.
        credits: what a credit note takes back; with `{number}`, `{day}`.
        categories: what a tax category is called, by its code.
    """

    draft: str
    date: str
    due: str
    tax_point: str
    reference: str
    invoice: str
    seller: str
    buyer: str
    bill_to: str
    tax_number: str
    position: str
    item: str
    quantity: str
    price: str
    tax: str
    amount: str
    share: str
    net: str
    total: str
    credited: str
    rate: str
    base: str
    untaxed: str
    terms: str
    credits: str
    reason: str
    categories: tuple[tuple[str, str], ...]


_ENGLISH = Labels(
    draft="Draft",
    date="Date",
    due="Due on",
    tax_point="Date of supply",
    reference="Your order",
    invoice="Invoice",
    seller="Seller",
    buyer="Buyer",
    bill_to="Bill to",
    tax_number="Tax number {number}",
    position="#",
    item="Item",
    quantity="Quantity",
    price="Unit price",
    tax="Tax",
    amount="Amount",
    share="Discounts and rounding",
    net="Total without tax",
    total="Total",
    credited="Credited",
    rate="Tax rate",
    base="Taxed amount",
    untaxed="Not taxed",
    terms="Please pay by {due}.",
    credits="This credits invoice {number} of {day}.",
    reason="Reason",
    categories=(
        ("S", "Tax"),
        ("Z", "Zero rate"),
        ("E", "Exempt"),
        ("AE", "Reverse charge"),
        ("K", "Intra-community supply"),
        ("G", "Export"),
        ("O", "Outside the scope of tax"),
    ),
)

_SPANISH = Labels(
    draft="Borrador",
    date="Fecha",
    due="Vencimiento",
    tax_point="Fecha de la operación",
    reference="Su pedido",
    invoice="Factura",
    seller="Vendedor",
    buyer="Comprador",
    bill_to="Facturar a",
    tax_number="N.º de identificación fiscal {number}",
    position="N.º",
    item="Artículo",
    quantity="Cantidad",
    price="Precio unitario",
    tax="Impuesto",
    amount="Importe",
    share="Descuentos y redondeo",
    net="Total sin impuestos",
    total="Total",
    credited="Abonado",
    rate="Tipo impositivo",
    base="Base imponible",
    untaxed="No sujeto",
    terms="Rogamos el pago antes del {due}.",
    credits="Esta nota de abono rectifica la factura {number} del {day}.",
    reason="Motivo",
    categories=(
        ("S", "Impuesto"),
        ("Z", "Tipo cero"),
        ("E", "Exento"),
        ("AE", "Inversión del sujeto pasivo"),
        ("K", "Entrega intracomunitaria"),
        ("G", "Exportación"),
        ("O", "No sujeto a impuesto"),
    ),
)

_BY_LANGUAGE = {"en": _ENGLISH, "es": _SPANISH}


def labels_for(language: str) -> Labels:
    """The words for a language tag ("es", "es-MX"); English if we have no others."""
    return _BY_LANGUAGE.get(language.replace("_", "-").partition("-")[0].lower(), _ENGLISH)
