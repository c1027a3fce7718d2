"""Saving rules: whatever happens in between, the old set or the new one is found, whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from branchseg.errors import RuleError
from branchseg.rules import load, ruleset, save


class Killed(BaseException):
    """Nothing after it runs, as after kill -9."""


def dying(monkeypatch, last: int) -> list[str]:
    """Let the first `last` file operations of `save` happen, and the next one kill."""
    done: list[str] = []

    def wrapped(name, real):
        def call(*arguments, **options):
            if len(done) == last:
                if name == "write_private":
                    arguments[0].write_bytes(arguments[1][:100])  # half of it got to the disk
                if name == "rmtree":
                    for path in list(arguments[0].glob("*.toml"))[:1]:
                        path.unlink()
                raise Killed
            done.append(name)
            return real(*arguments, **options)
        return call

    for name in ("write_private", "move_into_place"):
        monkeypatch.setattr(ruleset, name, wrapped(name, getattr(ruleset, name)))
    for name in ("copytree", "rmtree"):
        monkeypatch.setattr(ruleset.shutil, name, wrapped(name, getattr(shutil, name)))
    monkeypatch.setattr(Path, "mkdir", wrapped("mkdir", Path.mkdir))
    return done


def steps_of(monkeypatch, rules, folder) -> int:
    with monkeypatch.context() as patch:
        done = dying(patch, -1)
        save(rules, folder)
        return len(done)


def killed(monkeypatch, last, rules, folder) -> None:
    with monkeypatch.context() as patch:
        dying(patch, last)
        with pytest.raises(Killed):
            save(rules, folder)


def test_a_set_saved_over_another_is_whole_wherever_it_is_cut_short(rules, tmp_path, monkeypatch):
    old = rules.with_parameters({"core_aum": 40_000})
    new = rules.with_parameters({"core_aum": 60_000, "near_ratio": 0.8})
    save(old, tmp_path / "count")
    count = steps_of(monkeypatch, new, tmp_path / "count")
    found = []
    for last in range(count):
        folder = tmp_path / str(last) / "rules"
        save(old, folder)
        (folder / "备注.txt").write_text("自己的", encoding="utf-8")
        killed(monkeypatch, last, new, folder)
        found.append(load(folder).id)
        save(new, folder)
        assert load(folder).id == new.id
        assert {path.name for path in folder.parent.iterdir()} == {"rules"}
        assert (folder / "备注.txt").read_text(encoding="utf-8") == "自己的"
    assert set(found) == {old.id, new.id}
    assert found == sorted(found, key=[old.id, new.id].index), "never back to the old one"


def test_a_first_set_cut_short_is_no_set(rules, tmp_path, monkeypatch):
    count = steps_of(monkeypatch, rules, tmp_path / "count" / "rules")
    for last in range(count):
        folder = tmp_path / str(last) / "rules"
        killed(monkeypatch, last, rules, folder)
        if folder.exists():
            assert load(folder).id == rules.id
        else:
            with pytest.raises(RuleError):
                load(folder)
        save(rules, folder)
        assert load(folder).id == rules.id
