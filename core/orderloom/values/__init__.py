"""What orders are made of: numbers, money, units, texts, times, people; and the gates to them."""

from orderloom.values.actors import SCOPE_KINDS, Actor, Grant, Scope, in_places
from orderloom.values.codes import country_of, email_of, language_of
from orderloom.values.decimals import EXACT, decimal_of, from_scaled, plain, positive, to_scaled
from orderloom.values.file_names import file_name
from orderloom.values.gather import Gather
from orderloom.values.ids import id_of, uuid7
from orderloom.values.instants import date_of, instant_of, instant_or_day, timezone_of
from orderloom.values.money import Money, Price, currency_of, precision
from orderloom.values.parties import Address, Contact, Party, address_of, contact_of
from orderloom.values.projects import Project
from orderloom.values.quantities import Quantity
from orderloom.values.texts import key_of, pair_of, text_of
from orderloom.values.units import REC20, Unit, unit_of
from orderloom.values.users import User
from orderloom.values.wording import nearest, shown

__all__ = [
    "EXACT",
    "REC20",
    "SCOPE_KINDS",
    "Actor",
    "Address",
    "Contact",
    "Gather",
    "Grant",
    "Money",
    "Party",
    "Price",
    "Project",
    "Quantity",
    "Scope",
    "Unit",
    "User",
    "address_of",
    "contact_of",
    "country_of",
    "currency_of",
    "date_of",
    "decimal_of",
    "email_of",
    "file_name",
    "from_scaled",
    "id_of",
    "in_places",
    "instant_of",
    "instant_or_day",
    "key_of",
    "language_of",
    "nearest",
    "pair_of",
    "plain",
    "positive",
    "precision",
    "shown",
    "text_of",
    "timezone_of",
    "to_scaled",
    "unit_of",
    "uuid7",
]
