import pytest

from branchseg.model.masking import mask, mask_birth_date


@pytest.mark.parametrize(("written", "shown"), [
    ("1990-02-15", "1990****"), ("19900215", "1990****"), ("1990年2月15日", "1990****"),
    ("1888/1/1", "1888****"), ("2012-02-30", "2012****"), ("", ""),
    ("20123", "****"),  # days since 1899-12-30
    ("26309", "****"), ("15/02/1990", "****"), ("90-02-15", "****"), ("1790-01-01", "****"),
])
def test_of_a_birth_date_the_year_is_shown_if_it_comes_first(written, shown):
    assert mask_birth_date(written) == shown
    assert mask("birth_date", written) == shown
