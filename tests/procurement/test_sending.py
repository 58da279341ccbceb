import pytest

from orderloom import Delivery, NewLine, Party, Refused, SetLine


def test_a_draft_that_lacks_everything_says_all_of_it_at_once(house):
    order = house.order(seller="", delivery=None, bill_to=None)

    with pytest.raises(Refused) as refused:
        house.do(order, "send")

    assert refused.value.codes == (
        "procurement.send.no_lines",
        "procurement.send.no_delivery",
        "procurement.send.no_bill_to",
        "procurement.send.no_vendor",
    )


def test_a_vendor_without_an_address_cannot_be_mailed(house):
    order = house.order(NewLine("Freight", 1), seller="V3")

    with pytest.raises(Refused) as refused:
        house.do(order, "send")

    assert refused.value.codes == ("procurement.send.no_contact",)


def test_an_order_to_such_a_vendor_can_be_sent_without_mail(house):
    order = house.do(house.order(NewLine("Freight", 1), seller="V3"), "send", {"mail": False})

    assert (order.status, _owed(house, order)) == ("sent", [])


def test_a_vendor_that_could_be_mailed_is_not_if_nobody_wants_it(house):
    order = house.do(house.order(NewLine("Freight", 1)), "send", {"mail": False})

    assert _owed(house, order) == []


def test_instructions_alone_say_where_to_deliver(house):
    order = house.order(
        NewLine("Freight", 1), delivery=Delivery(method="pickup", instructions="At the gate")
    )

    assert house.do(order, "send").status == "sent"


def test_delivery_without_address_and_instructions_says_nothing(house):
    order = house.order(NewLine("Freight", 1), delivery=Delivery(method="pickup"))

    with pytest.raises(Refused) as refused:
        house.do(order, "send")

    assert refused.value.codes == ("procurement.send.no_delivery",)


def test_sending_draws_a_number_and_issues_revision_1(house):
    order = house.do(house.order(NewLine("Freight", 1)), "send")

    with house.desk() as desk:
        (issued,) = desk.documents(order)
        year = desk.reading.today.year
    assert order.number == f"RFQ-{year}-00001"
    assert (issued.type, issued.number, issued.revision) == ("procurement.rfq", order.number, 1)


def test_reopening_and_sending_again_makes_revision_2_of_the_same_number(house):
    first = house.do(house.order(NewLine("Freight", 1)), "send")
    draft = house.edit(house.do(first, "reopen"), SetLine(line=1, quantity=2))

    second = house.do(draft, "send")

    with house.desk() as desk:
        revisions = [(one.number, one.revision) for one in desk.documents(second)]
    assert revisions == [(first.number, 1), (first.number, 2)]


def test_sending_owes_one_mail_with_the_request_to_the_vendors_contact(house):
    order = house.do(
        house.order(NewLine("Freight", 1)), "send", {"message": "Please hurry: {number} %s"}
    )

    ((recipient, payload, document),) = _owed(house, order)
    with house.desk() as desk:
        (issued,) = desk.documents(order)
    assert (recipient, document) == ("orders@one.example", issued.id)
    assert f"Request for quotation {order.number}: Summer Festival" in payload
    assert "Dear Contact of V1," in payload
    assert "Please hurry: {number} %s" in payload


def test_the_mail_is_written_in_the_vendors_language(house):
    with house.desk() as desk:
        party = desk.directory.party("V1")
        desk.directory.save_party(
            Party("V1", party.name, roles=party.roles, contacts=party.contacts, language="es")
        )

    order = house.do(house.order(NewLine("Freight", 1)), "send")

    ((_, payload, _),) = _owed(house, order)
    assert "Solicitud de presupuesto" in payload


def test_a_refused_send_leaves_no_number_no_document_and_no_mail(house):
    order = house.order(NewLine("Freight 漢\U0001f980", 1))

    with pytest.raises(Refused):
        house.do(order, "send")

    with house.desk() as desk:
        issued = desk.documents(order)
    assert (house.now(order).number, issued, _owed(house, order)) == ("", (), [])


def _owed(house, order):
    """(recipient, payload, document) of the mails owed because of an order."""
    import sqlalchemy as sa

    from orderloom.store.engine import reading
    from orderloom.store.schema import deliveries as owed

    columns = (owed.c.recipient, owed.c.payload, owed.c.document_id)
    chosen = sa.select(*columns).where(owed.c.subject_id == order.id, owed.c.channel == "mail")
    with reading(house.loom.engine, house.tenant) as connection:
        return [tuple(row) for row in connection.execute(chosen)]
