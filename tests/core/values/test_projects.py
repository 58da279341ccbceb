from datetime import date

import pytest

from orderloom.errors import Refused
from orderloom.values import Project


def test_a_project_may_last_a_single_day():
    day = date(2027, 7, 1)

    assert Project("summer", "Summer Festival", starts=day, ends=day).ends == day


def test_a_project_cannot_end_before_it_starts():
    with pytest.raises(Refused) as refusal:
        Project("summer", "Summer Festival", starts=date(2027, 7, 2), ends=date(2027, 7, 1))

    assert refusal.value.codes == ("project.ends_before_start",)


def test_a_project_may_know_only_its_end():
    assert Project("summer", "Summer Festival", ends=date(2027, 7, 1)).starts is None
