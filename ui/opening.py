"""What the worker does when a sitting begins: open the vault, load the rules, sort the customers.

Loads pandas, matplotlib and the database library: import it inside worker functions, or in pages.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import branchseg.charts  # noqa: F401 - matplotlib too is loaded here, not when a page is shown
from branchseg import pipeline, rules, sample
from branchseg.errors import RuleError, StoreError
from branchseg.messages import explain, text
from branchseg.model.issues import IssueLog
from branchseg.paths import resources_dir
from branchseg.pipeline import ownsegments
from branchseg.store.vault import Vault

if TYPE_CHECKING:
    from branchseg.model.table import CustomerTable
    from branchseg.progress import Reporter
    from branchseg.settings import Settings

SAMPLE_CUSTOMERS = 2000
SAMPLE_SEED = 7
_SAMPLE_FOLDER = "sample"
_KEEP_UNDONE = timedelta(days=30)
"""How long imports taken back and own segments removed are kept before they are erased."""
_KEEP_OBSERVATIONS = timedelta(days=90)
"""How long what was seen in the lobby is kept where nothing came of it; refusals stay."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open vault, the rules in force, and its customers, if any, as sorted on `day`."""

    vault: Vault
    ruleset: rules.RuleSet
    result: pipeline.RunResult | None
    day: date
    is_sample: bool = False
    remark: str = ""


def load_rules(settings: Settings) -> tuple[rules.RuleSet, str]:
    """The branch's own rules, else the shipped ones; and what the user must know, or "".

    Own rules with faults (an older program's, or edited by hand) must not lock anybody out:
    the shipped rules step in, and all faults are named.
    """
    shipped = resources_dir() / "rules"
    if not settings.rules_dir:
        return rules.load(shipped), ""
    try:
        return rules.load(Path(settings.rules_dir)), ""
    except RuleError as error:
        return rules.load(shipped), f"{explain(error)}\n{text('rules.shipped_instead')}"


def open_vault(folder: Path, passphrase: str, settings: Settings, day: date,
               reporter: Reporter, *, create: bool = False) -> Opened:
    """Create or open the vault in `folder` and sort its customers on `day`. Raises StoreError."""
    discard_sample(folder)
    ruleset, remark = load_rules(settings)
    vault = Vault.create(folder, passphrase) if create else Vault.open(folder, passphrase)
    try:
        for purge in (vault.purge_undone, vault.purge_own_segments):
            purge(datetime.now().astimezone() - _KEEP_UNDONE)
        if not remark:  # the shipped rules do not know what the branch's own ticks mean
            vault.purge_observations(day - _KEEP_OBSERVATIONS, keep=ruleset.factors.refusals)
        result = sort_customers(vault, ruleset, reporter, day)
        return Opened(vault, ruleset, result, day, remark=remark)
    except BaseException:
        vault.close()
        raise


def sort_customers(vault: Vault, ruleset: rules.RuleSet, reporter: Reporter,
                   today: date | None = None) -> pipeline.RunResult | None:
    """What the rules say on `today` about all customers in the vault; None if there is nobody."""
    reporter.step("正在读取客户", 0.05)
    table = vault.current_table()
    if table is None:
        return None
    prepared = _prepared(vault, table)
    return pipeline.evaluate(prepared, ruleset, vault.observations(), today=today,
                             reporter=reporter, calling=ownsegments.calling(vault))


def _prepared(vault: Vault, table: CustomerTable) -> pipeline.Prepared:
    """The customers in force as if just read, from the sources and rows of all imports together.

    Without issues: they were settled with their import, and are many.
    """
    batches = [batch for batch in vault.batches() if batch.in_force]
    return pipeline.Prepared(
        table, IssueLog(), tuple(source for batch in batches for source in batch.sources), "given",
        sum(batch.rows_read for batch in batches), sum(batch.rows_used for batch in batches), {},
    )


def open_sample(folder: Path, settings: Settings, day: date, reporter: Reporter,
                workbook: Path | None = None) -> Opened:
    """Invented customers (or those of `workbook`), on `day`, in a throw-away vault in `folder`.

    Raises InputError where the list cannot be written or read, StoreError.
    """
    ruleset, remark = load_rules(settings)
    discard_sample(folder)
    place = folder / _SAMPLE_FOLDER
    try:
        place.mkdir(mode=0o700)
    except OSError as error:
        raise StoreError("store.no_access") from error
    try:
        if workbook is None:
            workbook = place / "示例名单.xlsx"
            reporter.step("正在生成示例名单", 0.1)
            sample.write(workbook, customers=SAMPLE_CUSTOMERS, seed=SAMPLE_SEED,
                         as_of=day)
        reporter.step("正在读取名单", 0.3)
        prepared = pipeline.prepare(pipeline.read_lists(workbook))
        reporter.step("正在判定", 0.6)
        result = pipeline.evaluate(prepared, ruleset, today=day)
        vault = Vault.create(place, secrets.token_urlsafe(24))
        vault.save_batch(
            prepared.table, imported_at=datetime.now(UTC), ruleset_id=ruleset.id,
            sources=prepared.sources, rows_read=prepared.rows_read,
            rows_used=prepared.rows_used, issues=prepared.issues,
            summary=pipeline.summary(result))
    except BaseException:
        discard_sample(folder)
        raise
    return Opened(vault, ruleset, result, day, is_sample=True, remark=remark)


def discard_sample(folder: Path) -> None:
    """Delete the throw-away vault, also one a killed program left behind."""
    shutil.rmtree(folder / _SAMPLE_FOLDER, ignore_errors=True)
