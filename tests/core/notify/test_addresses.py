from __future__ import annotations

import pytest

from orderloom.errors import Refused
from orderloom.notify.addresses import mailable


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Orders@Chairs.Example", "Orders@chairs.example"),
        ("orders@bücher.example", "orders@xn--bcher-kva.example"),
        ("orders@xn--bcher-kva.example", "orders@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_read_as_servers_take_it(given, expected):
    assert mailable(given, "to") == expected


@pytest.mark.parametrize(
    "given",
    [
        "not-an-address", "two@chairs.example, three@chairs.example", "a@b\r\nBcc: c@d.example",
        "a b@chairs.example", "@chairs.example", "orders@", "", None, 7, "orders@stühle..example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(given):
    with pytest.raises(Refused) as refusal:
        mailable(given, "to")

    assert refusal.value.codes in [("email.malformed",), ("email.not_ascii",)]


@pytest.mark.parametrize("given", ["grüße@chairs.example", "orders@straße.example", "ü@ß.example"])
def test_an_address_that_may_get_lost_is_refused_with_the_remedy(given):
    with pytest.raises(Refused, match="give an address of ASCII characters") as refusal:
        mailable(given, "to")

    assert refusal.value.codes == ("email.not_ascii",)
