from pathlib import Path

import pytest

from orderloom import Refused

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "coverage.md"


def test_the_story_of_the_canceled_order_happens_as_the_page_tells_it(house, chairs):
    house.order((chairs, "120"))
    second = house.order((chairs, "80"), seller="V2")
    told = [str(house.coverage(chairs))]

    second = house.do(second, "cancel")
    told.append(str(house.coverage(chairs)))
    house.order((chairs, "30"), seller="V2")
    told.append(str(house.coverage(chairs)))

    assert told == [
        "On Order (200 of 200)",
        "Short (120 of 200, 80 short)",
        "Short (150 of 200, 50 short)",
    ]
    with pytest.raises(Refused, match="asks for 80 pcs more, but only 50 of 200 pcs"):
        house.do(second, "reopen")
