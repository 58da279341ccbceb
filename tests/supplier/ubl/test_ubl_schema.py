"""What is written is valid by the UBL 2.1 schema, and in the order the schema wants."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from orderloom_supplier.ubl import (
    OrderLine,
    OrderMessage,
    Trader,
    write_cancellation,
    write_order,
    write_response,
)

# The order of the children the messages use, copied by hand from UBL 2.1.
PARTY = "EndpointID PartyIdentification PostalAddress PartyLegalEntity Contact"
ADDRESS = "StreetName AdditionalStreetName CityName PostalZone CountrySubentity AddressLine Country"
ORDERS = {
    "Order": "CustomizationID ProfileID ID IssueDate OrderTypeCode Note DocumentCurrencyCode "
    "BuyerCustomerParty SellerSupplierParty AccountingCustomerParty Delivery DeliveryTerms "
    "AllowanceCharge TaxTotal AnticipatedMonetaryTotal OrderLine",
    "OrderResponse": "CustomizationID ProfileID ID IssueDate OrderResponseCode Note "
    "DocumentCurrencyCode OrderReference SellerSupplierParty BuyerCustomerParty Delivery OrderLine",
    "OrderCancellation": "CustomizationID ProfileID ID IssueDate CancellationNote OrderReference "
    "BuyerCustomerParty SellerSupplierParty",
    "Party": PARTY,
    "PostalAddress": ADDRESS,
    "Address": ADDRESS,
    "Contact": "Name Telephone ElectronicMail",
    "Delivery": "DeliveryLocation RequestedDeliveryPeriod PromisedDeliveryPeriod DeliveryParty",
    "DeliveryTerms": "ID SpecialTerms",
    "RequestedDeliveryPeriod": "StartDate EndDate",
    "PromisedDeliveryPeriod": "StartDate EndDate",
    "AllowanceCharge": "ChargeIndicator AllowanceChargeReason Amount",
    "AnticipatedMonetaryTotal": "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount "
    "AllowanceTotalAmount ChargeTotalAmount PayableAmount",
    "OrderLine": "Note LineItem OrderLineReference",
    "LineItem": "ID LineStatusCode Quantity LineExtensionAmount Delivery AllowanceCharge Price "
    "Item",
    "Price": "PriceAmount BaseQuantity",
    "Item": "Name SellersItemIdentification ClassifiedTaxCategory AdditionalItemProperty",
    "ClassifiedTaxCategory": "ID Percent TaxScheme",
    "AdditionalItemProperty": "Name Value",
}


@pytest.fixture
def messages(order_message, response_message, cancellation_message) -> dict[str, str]:
    return {
        "Order": write_order(order_message),
        "OrderResponse": write_response(response_message),
        "OrderCancellation": write_cancellation(cancellation_message),
    }


@pytest.mark.parametrize("root", ["Order", "OrderResponse", "OrderCancellation"])
def test_a_message_with_everything_in_it_is_valid(messages, faults, root):
    assert faults(messages[root], root) == []


def test_an_order_with_next_to_nothing_in_it_is_valid(order_message, faults):
    (line, *_), buyer = order_message.lines, order_message.buyer
    bare = OrderLine(id=line.id, name=line.name, quantity=line.quantity, unit=line.unit)
    message = OrderMessage(
        number="1", issued_on=order_message.issued_on, currency="EUR", lines=(bare,),
        buyer=Trader(name=buyer.name), seller=Trader(name="Sample Dairy"),
    )  # fmt: skip

    assert faults(write_order(message), "Order") == []


def test_the_schema_notices_two_elements_that_change_places(messages, faults):
    swapped = messages["Order"].replace("cbc:IssueDate", "cbc:ID", 2)

    assert faults(swapped, "Order")


@pytest.mark.parametrize("root", ["Order", "OrderResponse", "OrderCancellation"])
def test_every_element_keeps_its_place(messages, root):
    for parent in ET.fromstring(messages[root]).iter():
        name = parent.tag.partition("}")[2]
        children = [child.tag.partition("}")[2] for child in parent]
        order = ORDERS[name].split() if name in ORDERS else children
        places = [order.index(child) for child in children]
        assert places == sorted(places), name


def test_everything_a_message_can_say_is_in_the_one_that_is_looked_at(messages):
    written = {
        (parent.tag.partition("}")[2], child.tag.partition("}")[2])
        for text in messages.values()
        for parent in ET.fromstring(text).iter()
        for child in parent
    }

    missing = {
        (parent, child)
        for parent, children in ORDERS.items()
        for child in children.split()
        if (parent, child) not in written
    }
    assert missing == set()


def test_the_identifiers_are_those_of_peppol_bis_ordering_3(messages):
    peppol = "urn:fdc:peppol.eu:poacc"

    for root, kind, process in (
        ("Order", "order", "ordering"),
        ("OrderResponse", "order_response", "ordering"),
        ("OrderCancellation", "order_cancellation", "advanced_ordering"),
    ):
        assert f"<cbc:CustomizationID>{peppol}:trns:{kind}:3</" in messages[root]
        assert f"<cbc:ProfileID>{peppol}:bis:{process}:3</" in messages[root]
    assert "<cbc:OrderTypeCode>220</" in messages["Order"]
