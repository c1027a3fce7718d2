import multiprocessing
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from store_samples import (
    CHEAP,
    DAY,
    NOON,
    PASSPHRASE,
    hold_open,
    import_for_ever,
    save,
    table_of,
)

from branchseg import messages
from branchseg.errors import StoreError
from branchseg.model.results import Observation
from branchseg.store import keys, vault_exists
from branchseg.store import vault as vault_module
from branchseg.store.records import NewTask
from branchseg.store.schema import METADATA, NOTES, TASKS
from branchseg.store.vault import Vault

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="children are forked")


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        action()
    return caught.value.code


def pragma(vault: Vault, name: str) -> list[object]:
    with vault._engine.connect() as connection:
        return list(connection.exec_driver_sql(f"PRAGMA {name}").scalars())


@contextmanager
def child(target: Callable[[Path, Connection], None],
          directory: Path) -> Iterator[tuple[ForkServerProcess, Connection]]:
    """A child that has all libraries loaded already; killed at the end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pandas", "sqlalchemy", "alembic.command", "argon2"])
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(directory, theirs))
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join()
        ours.close()


def test_a_new_vault_is_private_and_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    home = tmp_path / "资料" / "vault"
    assert not Vault.exists(home)
    Vault.create(home, PASSPHRASE, CHEAP).close()
    assert vault_exists(home)
    assert sorted(p.name for p in home.iterdir()) == ["vault.db", "vault.keys"]
    if sys.platform != "win32":
        assert {p.stat().st_mode & 0o777 for p in home.iterdir()} == {0o600}
        assert home.stat().st_mode & 0o777 == 0o700
    Vault.open(home, PASSPHRASE).close()
    assert refusal(lambda: Vault.open(home, "不对的口令不对的口令")) == "store.passphrase_wrong"
    assert refusal(lambda: Vault.create(home, PASSPHRASE, CHEAP)) == "store.exists"


def test_a_short_passphrase_creates_nothing(tmp_path: Path) -> None:
    home = tmp_path / "vault"
    assert refusal(lambda: Vault.create(home, "123456789", CHEAP)) == "store.passphrase_short"
    assert not home.exists()


def test_the_key_is_wiped_once_the_vault_is_open(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bytearray] = []
    new_key = keys.new_key
    monkeypatch.setattr(keys, "new_key", lambda: given.append(new_key()) or given[0])
    Vault.create(tmp_path, PASSPHRASE, CHEAP).close()
    assert given == [bytearray(32)]


def test_the_connection_is_set_for_safety(vault: Vault) -> None:
    assert pragma(vault, "journal_mode") == ["wal"]
    assert pragma(vault, "locking_mode") == ["exclusive"]
    assert pragma(vault, "synchronous") == [2]  # FULL
    assert pragma(vault, "foreign_keys") == [1]
    assert pragma(vault, "secure_delete") == [1]
    assert pragma(vault, "trusted_schema") == [0]


def test_migrations_lead_to_the_tables_in_use(vault: Vault) -> None:
    with vault._engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        checks = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'tasks'").scalar_one()
    assert checks.count("CHECK") == 3  # alembic does not compare these


def test_a_vault_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    with Vault.create(tmp_path, PASSPHRASE, CHEAP) as vault, vault._begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / "vault.db").read_bytes()
    assert refusal(lambda: Vault.open(tmp_path, PASSPHRASE)) == "store.newer"
    assert (tmp_path / "vault.db").read_bytes() == before


def test_a_lost_file_is_named_and_never_replaced(tmp_path: Path) -> None:
    Vault.create(tmp_path, PASSPHRASE, CHEAP).close()
    database, key_file = tmp_path / "vault.db", tmp_path / "vault.keys"
    content = database.read_bytes()
    database.unlink()
    assert refusal(lambda: Vault.open(tmp_path, PASSPHRASE)) == "store.database_missing"
    database.write_bytes(content)
    key_file.unlink()
    assert refusal(lambda: Vault.open(tmp_path, PASSPHRASE)) == "store.keys_missing"
    assert refusal(lambda: Vault.create(tmp_path, PASSPHRASE, CHEAP)) == "store.keys_missing"
    assert database.read_bytes() == content


def test_a_set_up_cut_short_can_be_done_again(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(vault_module, "move_into_place", power_cut)
        with pytest.raises(KeyboardInterrupt):
            Vault.create(tmp_path, PASSPHRASE, CHEAP)
    assert not Vault.exists(tmp_path)
    assert (tmp_path / "vault.db").exists()
    Vault.create(tmp_path, PASSPHRASE + "新", CHEAP).close()
    Vault.open(tmp_path, PASSPHRASE + "新").close()


@pytest.mark.parametrize("offset", [0, 20, 5000])
def test_a_changed_byte_is_noticed(tmp_path: Path, offset: int) -> None:
    Vault.create(tmp_path, PASSPHRASE, CHEAP).close()
    content = bytearray((tmp_path / "vault.db").read_bytes())
    content[offset] ^= 1
    (tmp_path / "vault.db").write_bytes(content)
    assert refusal(lambda: Vault.open(tmp_path, PASSPHRASE).batches()) == "store.damaged"


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    home = tmp_path / "file" / "vault"
    assert refusal(lambda: Vault.create(home, PASSPHRASE, CHEAP)) == "store.no_access"


def test_closing_twice_does_no_harm(vault: Vault) -> None:
    vault.close()
    vault.close()


def test_the_secret_of_a_vault_stays_and_is_its_own(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("a", "b", "a")]
    found = []
    for home in homes:
        opened = (Vault.open(home, PASSPHRASE) if Vault.exists(home)
                  else Vault.create(home, PASSPHRASE, CHEAP))
        with opened as vault:
            found.append(vault.secret())
            assert vault.secret() == found[-1]
    assert found[0] == found[2] != found[1]
    assert len(found[0]) == 32


@needs_fork
def test_a_second_program_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    Vault.create(tmp_path, PASSPHRASE, CHEAP).close()
    with child(hold_open, tmp_path) as (_, pipe):
        assert pipe.recv() == "open"
        assert refusal(lambda: Vault.open(tmp_path, PASSPHRASE)) == "store.in_use"
    Vault.open(tmp_path, PASSPHRASE).close()  # killed: the lock is free at once


@needs_fork
def test_killed_while_importing(tmp_path: Path) -> None:
    """Acknowledged batches are complete, and no part of any other is ever seen."""
    Vault.create(tmp_path, PASSPHRASE, CHEAP).close()
    chance = Random(20261122)
    acknowledged: set[int] = set()
    for _ in range(20):
        with child(import_for_ever, tmp_path) as (process, pipe):
            acknowledged.update(pipe.recv() for _ in range(chance.randrange(1, 3)))
            moment = perf_counter() + chance.uniform(0, 0.04)
            while perf_counter() < moment:
                pass
            process.kill()
            process.join()
            with suppress(EOFError):  # what it had said before it died
                while True:
                    acknowledged.add(pipe.recv())
        with Vault.open(tmp_path, PASSPHRASE) as vault:
            assert pragma(vault, "foreign_key_check") == []
            with vault._begin() as connection:
                kept = dict(connection.exec_driver_sql(
                    "SELECT batch_id, count(*) FROM customers GROUP BY 1").all())
            stored = {batch.id: batch.customers for batch in vault.batches()}
        assert kept == stored == dict.fromkeys(stored, 1500)
        assert acknowledged <= set(stored)
    with Vault.open(tmp_path, PASSPHRASE) as vault:
        assert pragma(vault, "integrity_check") == ["ok"]
    with Vault.open(tmp_path, PASSPHRASE) as vault:
        assert pragma(vault, "cipher_integrity_check") == []


def test_every_refusal_has_a_sentence() -> None:
    folder = Path(vault_module.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'"(store\.[a-z_.]+)"', source))
    assert len(codes) > 15
    assert codes <= messages.known_codes()


CANARIES = ("慕容彧璟", "13987650421", "110101199003078515", "紫竹院南路甲七号", "想给孙女攒嫁妆")


def found_in(data: bytes) -> list[str]:
    return [canary for canary in CANARIES for encoding in ("utf-8", "utf-16-le", "gbk")
            if canary.encode(encoding) in data]


def test_no_customer_value_lies_readable_on_the_disk(tmp_path: Path) -> None:
    name, mobile, id_number, address, remark = CANARIES
    assert len(found_in("".join(CANARIES).encode("gbk"))) >= len(CANARIES)  # the scan works
    with Vault.create(tmp_path, PASSPHRASE, CHEAP) as vault:
        rows = [{"customer_id": f"{mobile}-{i}", "name": name, "mobile": mobile,
                 "id_number": id_number, "address": address} for i in range(300)]
        save(vault, table_of(rows))
        vault.add_walk_in({"name": name, "mobile": mobile}, seen_on=DAY, created_at=NOON)
        vault.add_observation(Observation(mobile, DAY, name, address, ()), created_at=NOON)
        vault.add_note(mobile, remark, created_at=NOON)
        vault.set_tags(mobile, {remark}, at=NOON)
        vault.create_tasks([NewTask(mobile, "a", remark, "r", name, DAY, 1.0, "x")],
                           created_at=NOON)
        files = sorted(p.name for p in tmp_path.iterdir())
        assert files == ["vault.db", "vault.db-wal", "vault.keys"]
        assert [found_in(p.read_bytes()) for p in tmp_path.iterdir()] == [[], [], []]
    assert [found_in(p.read_bytes()) for p in tmp_path.iterdir()] == [[], []]


def test_errors_of_the_database_hide_the_values(vault: Vault) -> None:
    with pytest.raises(IntegrityError) as caught, vault._begin() as connection:
        connection.execute(insert(NOTES), {"customer_id": CANARIES[1], "text": None,
                                           "created_at": NOON})
    assert CANARIES[1] not in "".join(traceback.format_exception(caught.value))


def test_a_failed_change_leaves_nothing(vault: Vault) -> None:
    note = {"customer_id": "C1", "text": "x", "created_at": NOON}
    with pytest.raises(IntegrityError), vault._begin() as connection:
        connection.execute(insert(NOTES), [note, {**note, "text": None}])
    assert vault.notes("C1") == []


def test_the_disk_being_full_is_said_in_words(vault: Vault) -> None:
    with vault._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    rows = [{"customer_id": f"C{i}", "name": "王" * 50} for i in range(2000)]
    assert refusal(lambda: save(vault, table_of(rows))) == "store.disk_full"
    assert vault.batches() == []
    assert vault.current_table() is None


def test_a_task_with_a_result_but_not_done_is_impossible(vault: Vault) -> None:
    with pytest.raises(IntegrityError), vault._begin() as connection:
        connection.execute(insert(TASKS), {
            "customer_id": "C1", "action_id": "a", "theme": "t", "owner_role": "r",
            "officer": "o", "due": DAY, "priority": 1.0, "status": "planned", "result": 3,
            "result_note": "", "created_at": NOON, "ruleset_id": "x"})
