"""The words of the printed documents, by language."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Labels:
    """The words in one language.

    Attributes:
        not_accepted, partly, not_received: said under the line; `partly` with `{accepted}`.
        left_out: heading of the lines that are not delivered.
        ordered_amounts: said under totals that do not follow what was accepted.
        tax: with `{percent}`.
        partly_priced: with `{priced}` and `{count}`.
        complete, different: result of a goods receipt; `different` with `{count}`, `{lines}`.
        carrier, receiver: labels of the places to sign.
    """

    revision: str
    draft: str
    date: str
    project: str
    deliver_on: str
    pick_up_on: str
    supplier: str
    outlet: str
    deliver_to: str
    pick_up: str
    bill_to: str
    notes: str
    instructions: str
    position: str
    article: str
    item: str
    quantity: str
    price: str
    tax: str
    amount: str
    lines_total: str
    total: str
    partly_priced: str
    not_priced: str
    not_accepted: str
    partly: str
    not_received: str
    ordered_amounts: str
    other: str
    left_out: str
    ordered: str
    accepted: str
    delivered: str
    checked: str
    received: str
    difference: str
    result: str
    complete: str
    different: str
    carrier: str
    receiver: str
    signed_on: str


ENGLISH = Labels(
    revision="Revision",
    draft="Draft",
    date="Date",
    project="Project",
    deliver_on="Delivery on",
    pick_up_on="Pickup on",
    supplier="Supplier",
    outlet="Ordered by",
    deliver_to="Deliver to",
    pick_up="Pickup",
    bill_to="Bill to",
    notes="Notes",
    instructions="Delivery instructions",
    position="#",
    article="Article",
    item="Item",
    quantity="Quantity",
    price="Unit price",
    tax="Tax {percent} %",
    amount="Amount",
    lines_total="Lines",
    total="Total",
    partly_priced="Total of the {priced} priced lines of {count}",
    not_priced="The prices are still to be agreed.",
    not_accepted="Not accepted by the supplier",
    partly="Accepted: {accepted}",
    not_received="Not received",
    ordered_amounts="The amounts are those of the quantities ordered.",
    other="Other",
    left_out="Not part of this delivery",
    ordered="Ordered",
    accepted="Accepted",
    delivered="Delivered",
    checked="Checked",
    received="Received",
    difference="Difference",
    result="Result",
    complete="All that was accepted was received.",
    different="Received is not what was accepted on {count} of {lines} lines.",
    carrier="Handed over by",
    receiver="Received by",
    signed_on="Date and time",
)

SPANISH = Labels(
    revision="Revisión",
    draft="Borrador",
    date="Fecha",
    project="Proyecto",
    deliver_on="Entrega el",
    pick_up_on="Recogida el",
    supplier="Proveedor",
    outlet="Pedido por",
    deliver_to="Entregar en",
    pick_up="Recogida",
    bill_to="Facturar a",
    notes="Notas",
    instructions="Instrucciones de entrega",
    position="N.º",
    article="Referencia",
    item="Artículo",
    quantity="Cantidad",
    price="Precio unitario",
    tax="Impuesto {percent} %",
    amount="Importe",
    lines_total="Líneas",
    total="Total",
    partly_priced="Total de las {priced} líneas con precio de {count}",
    not_priced="Los precios están aún por acordar.",
    not_accepted="No aceptado por el proveedor",
    partly="Aceptado: {accepted}",
    not_received="No recibido",
    ordered_amounts="Los importes corresponden a las cantidades pedidas.",
    other="Otros",
    left_out="No incluido en esta entrega",
    ordered="Pedido",
    accepted="Aceptado",
    delivered="Entregado",
    checked="Revisado",
    received="Recibido",
    difference="Diferencia",
    result="Resultado",
    complete="Se recibió todo lo aceptado.",
    different="Lo recibido difiere de lo aceptado en {count} de {lines} líneas.",
    carrier="Entregado por",
    receiver="Recibido por",
    signed_on="Fecha y hora",
)


def labels_for(language: str) -> Labels:
    """The words for a language tag ("es", "es-MX"); English if we have no others."""
    return SPANISH if language.replace("_", "-").partition("-")[0].lower() == "es" else ENGLISH
