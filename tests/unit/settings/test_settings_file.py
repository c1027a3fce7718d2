import json
import stat
import sys
from pathlib import Path

import pytest

from branchseg import files, messages, settings
from branchseg.settings import Loaded, Remark, Settings, Theme

SET = Settings(branch_name="城东支行", operator="李雷", names_masked=False,
               ui_scale=1.25, theme=Theme.DARK, last_folder="D:/名单", rules_dir="D:/规则",
               lock_minutes=30)


def test_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    settings.save(SET, path)
    assert settings.load(path) == Loaded(SET)
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


def test_the_data_folder_is_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHSEG_DATA", str(tmp_path))
    settings.save(SET)
    assert (tmp_path / "settings.json").exists()
    assert settings.load().settings == SET


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.json") == Loaded(Settings())
    assert not Settings().names_masked
    assert Settings().lock_minutes == 5


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"a": '])
def test_a_broken_file_means_defaults_and_a_remark(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert settings.load(path) == Loaded(Settings(), (Remark("settings.unreadable"),))


@pytest.mark.parametrize(("key", "value"), [
    ("theme", "blue"), ("theme", []), ("lock_minutes", 0), ("lock_minutes", 31),
    ("lock_minutes", True), ("lock_minutes", 5.5), ("names_masked", 1), ("ui_scale", 0.74),
    ("ui_scale", 3.01), ("ui_scale", "1"), ("branch_name", None), ("rules_dir", 1),
])
def test_a_bad_value_is_passed_over(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"operator": "李雷", key: value}), encoding="utf-8")
    assert settings.load(path) == Loaded(
        Settings(operator="李雷"), (Remark("settings.bad_value", {"key": key}),))


@pytest.mark.parametrize(("key", "value"), [
    ("lock_minutes", 1), ("ui_scale", 0.75), ("ui_scale", 3), ("rules_dir", None),
])
def test_edge_values_are_taken(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({key: value}), encoding="utf-8")
    assert settings.load(path) == Loaded(Settings(**{key: value}))


def test_an_unknown_key_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"colour": 1, "theme": "light"}', encoding="utf-8")
    loaded = settings.load(path)
    assert loaded.settings == Settings(theme=Theme.LIGHT)
    (remark,) = loaded.remarks
    assert messages.text(remark.code, **remark.params) == (
        "有一项旧设置（colour）已不再使用，已略过，其他设置不受影响。")


def test_saving_what_could_not_be_loaded_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lock_minutes"):
        settings.save(Settings(lock_minutes=0), tmp_path / "settings.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead")
def test_only_the_user_may_read_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a"
    (tmp_path / "a.part").write_bytes(b"left over, readable by all")
    files.write_private(path, b"1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"1"


def test_a_failed_write_keeps_the_old_file(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    files.write_private(path, b"old")

    def full(_: int) -> None:
        raise OSError

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError):
        files.write_private(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(("failures", "pauses"), [(0, 0), (4, 4), (5, 4)])
def test_a_held_file_is_tried_five_times(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int, pauses: int) -> None:
    paused: list[float] = []
    left = [failures]
    rename = Path.replace

    def replace(draft: Path, path: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise PermissionError
        return rename(draft, path)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(files.time, "sleep", paused.append)
    if failures == 5:
        with pytest.raises(PermissionError):
            files.write_private(tmp_path / "a", b"1")
    else:
        files.write_private(tmp_path / "a", b"1")
        assert (tmp_path / "a").read_bytes() == b"1"
    assert len(paused) == pauses
