"""The words of the request for quotation, by language."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Labels:
    """The words in one language.

    Attributes:
        locale: whose dates and numbers go with them.
        answer: how to reply; with `{number}` and `{revision}`.
    """

    locale: str
    revision: str
    draft: str
    date: str
    project: str
    deliver_on: str
    pick_up_on: str
    vendor: str
    deliver_to: str
    pick_up: str
    bill_to: str
    notes: str
    position: str
    item: str
    needed_by: str
    quantity: str
    price: str
    other: str
    answer: str


_ENGLISH = Labels(
    locale="en",
    revision="Revision",
    draft="Draft",
    date="Date",
    project="Project",
    deliver_on="Delivery on",
    pick_up_on="Pickup on",
    vendor="Vendor",
    deliver_to="Deliver to",
    pick_up="Pickup",
    bill_to="Bill to",
    notes="Notes",
    position="#",
    item="Item",
    needed_by="Needed by",
    quantity="Quantity",
    price="Unit price",
    other="Other",
    answer=(
        "Please quote a unit price without tax for each line, with lead time and validity, and "
        "name {number} in your answer."
    ),
)

_SPANISH = Labels(
    locale="es",
    revision="Revisión",
    draft="Borrador",
    date="Fecha",
    project="Proyecto",
    deliver_on="Entrega el",
    pick_up_on="Recogida el",
    vendor="Proveedor",
    deliver_to="Entregar en",
    pick_up="Recogida",
    bill_to="Facturar a",
    notes="Notas",
    position="N.º",
    item="Artículo",
    needed_by="Fecha límite",
    quantity="Cantidad",
    price="Precio unitario",
    other="Otros",
    answer=(
        "Rogamos indiquen el precio unitario sin impuestos de cada línea, el plazo de entrega y "
        "la validez, y citen {number} en su respuesta."
    ),
)

_LABELS = {labels.locale: labels for labels in (_ENGLISH, _SPANISH)}


def labels_for(language: str) -> Labels:
    """The words for a language tag ("es", "es-MX"); English if we have no others."""
    return _LABELS.get(language.replace("_", "-").partition("-")[0].lower(), _ENGLISH)


def locale_for(language: str) -> str:
    """The locale dates and numbers are written in: the tag's own, if we have its words."""
    from babel import Locale, UnknownLocaleError

    labels = labels_for(language)
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return labels.locale
    return str(locale) if locale.language == labels.locale else labels.locale
