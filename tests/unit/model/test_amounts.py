"""How money is said."""

import pytest

from branchseg.model.amounts import money


@pytest.mark.parametrize(("amount", "said"), [
    (0, "0 元"), (0.4, "不到 1 元"), (28, "28 元"), (9_999.99, "9,999 元"), (10_000, "1 万元"),
    (49_999.99, "4.9 万元"), (50_000, "5 万元"), (4_063_332.00, "406.3 万元"),
    (12_345_678, "1,234.6 万元"), (4_892_500, "489.3 万元"), (358_600, "35.9 万元"),
    (49_500, "4.9 万元"), (123_456_789, "1.23 亿元"), (99_999_999, "9,999.9 万元"),
    (100_000_000, "1 亿元"), (-5_200, "-5,200 元"),
    (199_999.999, "19.9 万元"), (47_000.0, "4.7 万元"), (0.3 * 10_000, "3,000 元"),
])
def test_amounts_are_rounded_to_what_people_say(amount, said):
    assert money(amount) == said


@pytest.mark.parametrize(("amount", "said"), [
    (3_668, "3,668 元"), (135_786.45, "13.6 万元"), (0.2, "1 元"), (10_000, "1 万元"),
])
def test_what_is_lacking_is_never_said_too_low(amount, said):
    assert money(amount, up=True) == said


@pytest.mark.parametrize(("amount", "said"), [
    (50_000, "5 万元"), (123_456, "12.3456 万元"), (100, "100 元"), (99.5, "99.5 元"),
    (6_000_000, "600 万元"),
])
def test_thresholds_keep_all_their_digits(amount, said):
    assert money(amount, exact=True) == said
