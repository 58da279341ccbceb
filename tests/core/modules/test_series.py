"""The patterns of series."""

import pytest

from orderloom import Series


@pytest.mark.parametrize("pattern", ["{number}", "{seq.real}", "{}-{seq}", "{seq}{buyer}"])
def test_a_pattern_with_another_name_is_refused(pattern):
    with pytest.raises(ValueError, match="it has prefix, seller, year, seq"):
        Series(key="toy.order", pattern=pattern)


@pytest.mark.parametrize("pattern", ["T-{seq}", "{seq}-{seller}", "{prefix}T-{year}-{seq}"])
def test_numbers_of_a_seller_name_him_first(pattern):
    with pytest.raises(ValueError, match="name the seller before seq"):
        Series(key="toy.order", pattern=pattern, per_seller=True)
