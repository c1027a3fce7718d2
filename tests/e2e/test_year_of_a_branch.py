"""A branch at work day after day: what must never be planned never is, and nothing gets lost."""

from collections import defaultdict
from datetime import date

import pytest
from branch_year import RULES, Branch, offers, run

from branchseg.model.outcomes import outcomes
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault


def work(tmp_path, customers, days, seed):
    with Vault.create(tmp_path / "vault", "correct horse battery",
                      Argon2Cost(memory_kib=64, passes=1, lanes=1)) as vault:
        branch = Branch(vault, customers, seed)
        run(branch, days)
        check(branch)
        return len(vault.tasks())


def check(branch):
    tasks = branch.vault.tasks()
    follow_up, capacity = RULES.actions.follow_up, RULES.actions.capacity
    assert branch.faults == []
    assert max(offers(branch).values()) <= follow_up.marketing_a_month
    assert [one for one, count in branch.planned.items() if count > capacity[one[0][2]]] == []
    assert sorted(one.id for one in tasks) == list(range(1, len(tasks) + 1))  # none is lost
    open_now = [(one.customer_id, one.action_id) for one in tasks if one.is_open]
    assert len(open_now) == len(set(open_now))
    never_again = branch.vault.refused()
    assert never_again
    assert not [one for one in tasks if one.is_open and one.customer_id in never_again
                and not branch.actions[one.action_id].reminder]
    assert too_many_tries(branch, tasks) == []
    assert too_soon(branch, tasks) == []


def too_many_tries(branch, tasks):
    """Tasks newly planned for customers whom nobody had got through to often enough."""
    follow_up, theirs, found = RULES.actions.follow_up, defaultdict(list), []
    for one in tasks:
        theirs[one.customer_id].append(one)
    for mine in theirs.values():
        done = sorted((one for one in mine if one.result is not None),
                      key=lambda one: (one.closed_at, one.id))
        for one in mine:
            before = [other for other in done if other.closed_at < one.created_at]
            reached = max((other.closed_at.date() for other in before
                           if outcomes().result(other.result).reached), default=date.min)
            tries = sorted({other.closed_at.date() for other in before
                            if other.closed_at.date() > reached})
            fresh = len(tries) >= follow_up.attempts and (
                one.created_at.date() - tries[-1]).days < follow_up.rest_days
            rule = branch.actions[one.action_id]
            reaches_out = not rule.reminder and not all(way.in_branch for way in rule.channels)
            if fresh and one.follows is None and reaches_out:
                found.append(one.id)
    return found


def too_soon(branch, tasks):
    """Tasks newly planned although the customer was reached lately.

    About the same thing in the month of the same list, or, of what recurs by tier, within the
    shortest cadence less the week ahead.
    """
    reached, found = defaultdict(list), []
    for one in tasks:
        if one.result is not None and outcomes().result(one.result).reached:
            reached[one.customer_id].append(one)
    shortest = min(tier.cadence_days for tier in RULES.tiers.active.tiers) - 7
    for one in tasks:
        rule, day = branch.actions[one.action_id], one.created_at.date()
        for other in reached[one.customer_id]:
            passed = (day - other.closed_at.date()).days
            same = (other.action_id == one.action_id and not rule.steps
                    and other.next_date is None and passed < day.day)
            routine = rule.due_days is None and passed < shortest
            if other.closed_at < one.created_at and one.follows is None and (same or routine):
                found.append((one.id, one.action_id, other.id, passed))
    return found


def test_a_month_of_a_small_branch(tmp_path):
    assert work(tmp_path, 300, 22, seed=3) > 100


@pytest.mark.nightly
def test_a_year_of_a_branch(tmp_path):
    assert work(tmp_path, 8_000, 250, seed=3) > 9_000
