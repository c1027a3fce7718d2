"""Older lists are chosen by one rule and read once, until the vault is another."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from model_lists import keep, listed, result_of

from branchseg.pipeline import models
from branchseg.pipeline.models.older_lists import OlderLists

DAYS = [date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30),
        date(2026, 10, 31)]
PEOPLE = list("abcdef")
CLOCK = date(2026, 11, 5)


def of(names, day):
    aum = np.full(len(names), 30_000.0)
    return listed(names, day, aum_month_avg=aum, demand=aum, product_count=aum * 0 + 2,
                  complaint=aum < 0, login_days_30d=aum * 0 + 3)


RESULT = result_of(of(PEOPLE, DAYS[-1]), CLOCK)


@pytest.fixture
def read(vault, monkeypatch):
    """Which lists of a vault with five months are read, in that order."""
    keep(vault, *(of(PEOPLE, day) for day in DAYS))
    found, real = [], vault.list_table

    def list_table(batch_id, keys=None):
        found.append(batch_id)
        return real(batch_id, keys)

    monkeypatch.setattr(vault, "list_table", list_table)
    return found


def test_two_models_that_look_at_the_same_months_read_each_list_once(vault, read):
    first = models.gather("survival", vault, RESULT)
    assert models.gather("payroll", vault, RESULT) is first
    assert [one.day for one in first] == DAYS
    assert sorted(read) == [1, 2, 3, 4, 5]


def test_lists_are_read_once_for_the_card_and_once_more_after_a_change(vault, read):
    found = models.gather("retention", vault, RESULT)
    assert (found.history.older.as_of, found.history.newer.as_of) == (DAYS[1], DAYS[4])
    assert "name" not in found.history.newer.frame
    assert models.gather("retention", vault, RESULT) == found
    assert sorted(read) == [2, 4, 5]  # the older one, that of the month before, the newest
    vault.undo_batch(2, undone_at=datetime.now(UTC))
    later = models.gather("retention", vault, RESULT)
    assert later.history.older.as_of == DAYS[0]
    vault.redo_batch(2)
    keep(vault, of(PEOPLE, CLOCK))
    assert models.gather("retention", vault, RESULT).history.newer.as_of == CLOCK


@pytest.mark.parametrize("change", [
    lambda vault: vault.set_tags("a", ("喜欢国债",), at=datetime.now(UTC)),
    lambda vault: vault.undo_batch(1, undone_at=datetime.now(UTC)),
    lambda vault: vault.close()])
def test_nothing_that_was_read_outlives_a_save_an_undo_or_a_lock(vault, read, change):
    models.gather("survival", vault, RESULT)
    models.gather("retention", vault, RESULT)
    assert set(vault._made) == {"months", "history"}
    change(vault)
    assert vault._made == {}


def test_other_rules_or_another_day_look_again(vault, read):
    months = models.gather("survival", vault, RESULT)
    early = result_of(of(PEOPLE, DAYS[3]), date(2026, 10, 5))
    assert [one.day for one in models.gather("survival", vault, early)] == DAYS[:4]
    assert [one.day for one in months] == DAYS


def test_an_older_list_that_is_thin_is_read_once_whatever_it_is_held_against(vault, monkeypatch):
    keep(vault, *(listed(PEOPLE, day) for day in DAYS), of(PEOPLE, date(2026, 11, 4)))
    found, real = [], vault.list_table
    monkeypatch.setattr(vault, "list_table", lambda one, keys=None: (
        found.append(one) or real(one, keys)))
    got = models.gather("retention", vault, RESULT)
    assert (got.history.older.as_of, got.passed) == (DAYS[1], ())  # all are thin
    assert sorted(found) == [1, 2, 4, 6]  # 4 is of the month before the result


def test_the_card_is_held_against_lists_of_the_kind_the_curve_is_drawn_of(vault):
    """Beside the monthly list of all comes one of a few now and then, the newest among them."""
    few = list("vwxyz")
    keep(vault, *(of(PEOPLE, day) for day in DAYS), of(few, date(2026, 7, 1)),
         of(few, date(2026, 11, 2)))
    lists = OlderLists(vault, CLOCK)
    assert [one.as_of for one in lists.main_kind()] == DAYS[::-1]
    found = models.gather("retention", vault, RESULT).history
    assert (found.older.as_of, found.newer.as_of) == (DAYS[1], DAYS[4])
    assert found.elsewhere == frozenset(few)
