from store_samples import DAY, NOON

from branchseg.model.results import Observation


def test_a_walk_in_registered_by_mistake_is_forgotten(vault):
    one = vault.add_walk_in({"name": "王女士"}, seen_on=DAY, created_at=NOON)
    assert vault.remove_walk_in(one) is True
    assert vault.current_table() is None
    assert vault.remove_walk_in(one) is False


def test_a_walk_in_with_work_stays(vault):
    one = vault.add_walk_in({"name": "王女士"}, seen_on=DAY, created_at=NOON)
    seen = vault.add_observation(Observation(one, DAY, "陈静", "等候", ("id_new",)),
                                 created_at=NOON)
    assert vault.remove_walk_in(one) is False
    vault.remove_observation(seen)
    vault.add_note(one, "周三再来", created_at=NOON)
    assert vault.remove_walk_in(one) is False
    assert len(vault.current_table()) == 1
