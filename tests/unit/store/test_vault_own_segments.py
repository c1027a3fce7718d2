"""Own segments in the vault: kept, changed, removed, put back; fixed members follow their ids."""

from dataclasses import replace

import pytest
from store_samples import CHEAP, DAY, NOON, PASSPHRASE, later, save, table_of

from branchseg.errors import StoreError
from branchseg.store.records import OwnSegment
from branchseg.store.vault import Vault

TREE = {"all": [{"field": "aum", "op": "ge", "value": 5e4, "partial": "aum_partial"},
                {"not": {"field": "gender", "op": "in", "value": ["男"]}}]}
RICH = OwnSegment("有钱的女士", TREE, action="aum_upgrade")
FIXED = OwnSegment("沙龙名单", None, ("B", "A"))


def test_what_is_kept_is_there_after_reopening(tmp_path):
    with Vault.create(tmp_path, PASSPHRASE, CHEAP) as vault:
        assert vault.own_segments() == []
        ids = [vault.keep_own_segment(one, at=NOON) for one in (RICH, FIXED)]
    with Vault.open(tmp_path, PASSPHRASE) as vault:
        assert vault.own_segments() == [replace(RICH, id=ids[0]), replace(FIXED, id=ids[1])]


def test_a_change_keeps_the_id_and_removal_can_be_taken_back(vault):
    kept = replace(RICH, id=vault.keep_own_segment(RICH, at=NOON))
    fixed = replace(FIXED, id=vault.keep_own_segment(FIXED, at=NOON))
    changed = replace(fixed, name="第二场沙龙")
    assert vault.keep_own_segment(changed, at=later(1)) == fixed.id
    assert vault.own_segments() == [kept, changed]
    vault.remove_own_segment(fixed.id, at=later(2))
    assert vault.own_segments() == [kept]
    vault.bring_back_own_segment(fixed.id)
    assert vault.own_segments() == [kept, changed]


def test_what_was_never_there_is_neither_changed_nor_removed(vault):
    for step in (lambda: vault.keep_own_segment(replace(RICH, id=99), at=NOON),
                 lambda: vault.remove_own_segment(99, at=NOON),
                 lambda: vault.bring_back_own_segment(99)):
        with pytest.raises(KeyError):
            step()


def test_a_removed_id_is_never_given_again_and_its_name_may_be(vault):
    first = vault.keep_own_segment(FIXED, at=NOON)
    vault.remove_own_segment(first, at=later(1))
    second = vault.keep_own_segment(FIXED, at=later(2))
    assert second != first
    with pytest.raises(StoreError) as caught:
        vault.bring_back_own_segment(first)
    assert caught.value.code == "store.segment_name"
    assert [one.id for one in vault.own_segments()] == [second]
    vault.remove_own_segment(second, at=later(3))
    vault.bring_back_own_segment(first)
    assert [one.id for one in vault.own_segments()] == [first]


def test_two_never_have_one_name(vault):
    first = vault.keep_own_segment(RICH, at=NOON)
    assert vault.keep_own_segment(replace(RICH, id=first, action=""), at=NOON) == first
    with pytest.raises(StoreError) as caught:
        vault.keep_own_segment(replace(FIXED, name=RICH.name), at=NOON)
    assert (caught.value.code, caught.value.params) == ("store.segment_name", {})
    assert len(vault.own_segments()) == 1


def test_members_follow_a_person_who_has_two_ids(vault):
    save(vault, table_of([{"customer_id": "A"}, {"customer_id": "B"}]))
    vault.keep_own_segment(FIXED, at=NOON)
    vault.link("B", "A")
    assert vault.own_segments()[0].members == ("A",)
    vault.unlink("B", "A")
    assert vault.own_segments()[0].members == ("B", "A")


def test_a_removal_taken_back_does_not_lose_where_members_come_from(vault):
    save(vault, table_of([{"customer_id": "A"}, {"customer_id": "B"}]))
    kept = vault.keep_own_segment(replace(FIXED, members=("B",)), at=NOON)
    vault.link("B", "A")
    vault.remove_own_segment(kept, at=later(1))
    vault.bring_back_own_segment(kept)
    vault.unlink("B", "A")
    assert vault.own_segments()[0].members == ("B",)


def test_another_name_given_by_one_who_saw_older_ids_moves_nobody(vault):
    save(vault, table_of([{"customer_id": "A"}, {"customer_id": "B"}]))
    old = replace(FIXED, members=("B",), id=vault.keep_own_segment(
        replace(FIXED, members=("B",)), at=NOON))
    vault.link("B", "A")
    vault.keep_own_segment(replace(old, name="沙龙"), at=later(1))
    assert vault.own_segments()[0].members == ("A",)
    fresh = vault.keep_own_segment(replace(old, id=None, name="又一场"), at=later(1))
    assert [one.members for one in vault.own_segments() if one.id == fresh] == [("A",)]


def test_a_visitor_on_a_fixed_list_is_not_forgotten(vault):
    visitor = vault.add_walk_in({"name": "张三"}, seen_on=DAY, created_at=NOON)
    segment = vault.keep_own_segment(replace(FIXED, members=(visitor,)), at=NOON)
    assert not vault.remove_walk_in(visitor)
    vault.remove_own_segment(segment, at=NOON)
    assert vault.remove_walk_in(visitor)


def test_the_removed_are_erased_with_their_members_once_nobody_can_undo_it(vault):
    gone, young, kept = (vault.keep_own_segment(one, at=NOON) for one in (
        FIXED, replace(FIXED, name="才删的"), replace(FIXED, name="在用的")))
    vault.remove_own_segment(gone, at=later(1))
    vault.remove_own_segment(young, at=later(2))
    assert vault.purge_own_segments(later(2)) == 1
    assert vault.purge_own_segments(later(2)) == 0
    with pytest.raises(KeyError):
        vault.bring_back_own_segment(gone)
    vault.bring_back_own_segment(young)
    assert [(one.id, one.members) for one in vault.own_segments()] == [
        (young, ("B", "A")), (kept, ("B", "A"))]


def test_ids_taken_apart_after_their_segment_was_erased_are_no_trouble(vault):
    save(vault, table_of([{"customer_id": "A"}, {"customer_id": "B"}]))
    gone = vault.keep_own_segment(FIXED, at=NOON)
    vault.link("B", "A")
    vault.remove_own_segment(gone, at=later(2))
    vault.purge_own_segments(later(3))
    vault.unlink("B", "A")
    assert vault.own_segments() == []
