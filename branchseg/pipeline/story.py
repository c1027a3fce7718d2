"""The story, top to bottom: read the lists, clean them, let the rules speak, sum up.

Window and command line both come through here, so they can never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd

from branchseg import analytics, cleaning, intake, rules
from branchseg.errors import InputError
from branchseg.memory import uncollected
from branchseg.messages import text
from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.raw import ColumnMapping, Corrections, RawTable, SourceRef
from branchseg.model.results import Status
from branchseg.pipeline.listnames import apart, name_lists, renamed
from branchseg.pipeline.steps import cleaning_steps
from branchseg.progress import Reporter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchseg.model.quality import CleaningStep
    from branchseg.model.results import Observation
    from branchseg.model.table import CustomerTable
    from branchseg.rules import RuleSet


@dataclass(frozen=True, slots=True)
class ListSource:
    """One list as it was read, what its columns mean, and what a person changed in it."""

    raw: RawTable
    mapping: ColumnMapping
    corrections: Corrections = field(default_factory=Corrections)

    def accept(self) -> ListSource:
        """A copy in which columns in doubt mean what is suggested."""
        return replace(self, mapping=self.mapping.accept())


@dataclass(frozen=True, slots=True)
class Prepared:
    """Clean customers, ready for the rules; nothing of it is stored yet.

    `seconds` is how long reading and cleaning took, by step; `steps` tell what was done.
    """

    table: CustomerTable
    issues: IssueLog
    sources: tuple[SourceRef, ...]
    as_of_source: str
    rows_read: int
    rows_used: int
    seconds: dict[str, float]
    steps: tuple[CleaningStep, ...] = ()


@dataclass(frozen=True, slots=True)
class RunResult:
    """Customers and what the rules say of them: two frames, row for row.

    `results` has the columns of `rules.assess` and rfm_r, rfm_f, rfm_m, rfm. `clock` is the day
    the caller's clock said; None stands for the data date.

    `calling` says, of a result of the rules alone, what the branch's own segments call for;
    `calls` is what it said of this one, and `alone` the next actions before that.
    """

    prepared: Prepared
    results: pd.DataFrame
    ruleset: RuleSet
    clock: date | None = None
    score_seconds: float = 0.0
    calling: Callable[[RunResult], Sequence[rules.Call]] | None = None
    calls: Sequence[rules.Call] = ()
    alone: pd.Series | None = None

    @property
    def table(self) -> CustomerTable:
        """The customers."""
        return self.prepared.table

    @property
    def has_list(self) -> bool:
        """Whether any list is in force; without one there are only people met in the lobby."""
        return self.prepared.rows_read > 0

    @property
    def usual_day(self) -> date:
        """The day of which most customers' data is; of two as usual the newer one."""
        days = _own_days(self.table)
        if not len(days):
            return self.table.as_of
        usual: date = days.mode().max().date()
        return min(usual, self.table.as_of)

    @property
    def days_told(self) -> str:
        """The usual day in words, and how many customers' data is newer: few make no new list."""
        usual = self.usual_day
        newer = int((_own_days(self.table) > pd.Timestamp(usual)).sum())
        if not newer:
            return usual.isoformat()
        return text("pipeline.days", usual=usual.isoformat(), newest=self.table.as_of.isoformat(),
                    count=f"{newer:,}")

    @property
    def seconds(self) -> dict[str, float]:
        """How long each step took."""
        return {**self.prepared.seconds, "score": self.score_seconds}

    @property
    def today(self) -> date:
        """The day of work, never before the data date: what all that is due counts from."""
        return max(self.table.as_of, self.clock or self.table.as_of)


def _own_days(table: CustomerTable) -> pd.Series:
    """The day up to which a list tells what a customer did or owned, of all who are on one."""
    keys = [key for key in ("data_date", "aum_date") if key in table.frame]
    return table.frame[keys].max(axis=1).dropna() if keys else pd.Series(dtype="datetime64[s]")


def read_lists(path: Path, *, sheet: str | None = None, password: str | None = None,
               remembered: Mapping[str, ColumnMapping] | None = None,
               reporter: Reporter | None = None) -> list[ListSource]:
    """Read one file: its main list and the sheets with the same columns, each matched.

    The main list is one whose headers are `remembered`, else the longest. Each is matched as the
    list of its headers and units was.
    Other sheets are named in an issue of the main list. Raises InputError.
    """
    tables = intake.read(path, sheet=sheet, password=password, reporter=reporter or Reporter())
    known = remembered or {}
    headers = {intake.fingerprint(column.header for column in mapping.columns)
               for mapping in known.values()}
    main = max(tables, key=lambda table: (
        intake.fingerprint(table.headers) in headers, len(table.rows)))
    wanted = intake.fingerprint(main.headers)
    joined = [table for table in tables if intake.fingerprint(table.headers) == wanted]
    for table in tables:
        if table not in joined:
            code = (IssueCode.OTHER_LIST if intake.names_customers(table.headers)
                    else IssueCode.EXTRA_SHEET)
            main.issues.add(code, Action.SKIPPED, shown=table.source.sheet,
                            source=main.source.label)
    return [ListSource(table, intake.match(table, intake.recollect(table, known)))
            for table in joined]


def told_apart(files: Sequence[Sequence[ListSource]]) -> list[list[ListSource]]:
    """The lists of each file; a second file of the same name is called "名单.xlsx（2）".

    Findings name a list by its label, so two lists must never have the same one.
    """
    names = apart([lists[0].raw.source.file_name for lists in files])
    return [[replace(one, raw=renamed(one.raw, name)) for one in lists]
            if lists[0].raw.source.file_name != name else list(lists)
            for name, lists in zip(names, files, strict=True)]


@uncollected()
def prepare(lists: Sequence[ListSource], *, as_of: date | None = None,
            secret: bytes | None = None, known_before: cleaning.Known | None = None,
            read_seconds: float = 0.0, reporter: Reporter | None = None) -> Prepared:
    """Clean the lists and unite them to one row per customer.

    Columns still in doubt are left out and say so. Customers without an id get one keyed by
    `secret` (a vault's, so that it is the same next time), or else a number. `known_before` says
    who is known already: another person under a known id is left out and told. Raises InputError
    if no customer is left.
    """
    if not lists:
        raise InputError("pipeline.no_list")
    started = perf_counter()
    log = IssueLog()
    for source in lists:
        log.extend(source.raw.issues)
        _log_unused_columns(source, log)
    pairs = [(cleaning.corrected(source.raw, source.mapping, source.corrections, log),
              source.mapping) for source in lists]
    cleaned = cleaning.to_customers(pairs, as_of=as_of, log=log,
                                    secret=secret, known_before=known_before,
                                    confirmed=[one.corrections.confirmed for one in lists],
                                    reporter=reporter or Reporter())
    name_lists(log, [source.raw.source for source in lists])
    return Prepared(
        cleaned.table, log, tuple(source.raw.source for source in lists), cleaned.as_of_source,
        cleaned.rows_read, cleaned.rows_used,
        {"read": read_seconds, "clean": perf_counter() - started},
        cleaning_steps([(one.raw, one.mapping) for one in lists], log, cleaned),
    )


def _log_unused_columns(source: ListSource, log: IssueLog) -> None:
    """Say which columns are not imported; unlawful ones are already named by intake."""
    for match in source.mapping.columns:
        if match.doubtful or match.unused:
            code = IssueCode.COLUMN_DOUBTFUL if match.doubtful else IssueCode.COLUMN_UNUSED
            log.add(code, Action.SKIPPED, shown=match.header, source=source.raw.source.label)


@uncollected()
def evaluate(prepared: Prepared, ruleset: RuleSet, observations: Sequence[Observation] = (), *,
             today: date | None = None, reporter: Reporter | None = None,
             calling: Callable[[RunResult], Sequence[rules.Call]] | None = None) -> RunResult:
    """Let the rules and the plain analytics speak about every customer, as seen on `today`.

    `calling`: see `RunResult`.
    """
    report = reporter or Reporter()
    started = perf_counter()
    report.step("正在判定状态、层级与七要素", 0.1)
    blank = RunResult(prepared, pd.DataFrame(), ruleset, today, calling=calling)
    result = _assessed(blank, observations)
    report.step("判定完成", 1.0)
    return replace(result, score_seconds=perf_counter() - started)


def _assessed(result: RunResult, observations: Sequence[Observation]) -> RunResult:
    """The result with its frame made anew; what own segments call for is planned with the rest."""
    table, frame, ruleset = result.table, result.table.frame, result.ruleset
    observed = rules.observed_levels(frame["customer_id"], observations, ruleset, frame,
                                     today=result.today) if observations else None
    decided, plan = rules.assess_in_steps(frame, ruleset, table.as_of, observed,
                                          today=result.clock)
    classes = _rfm(frame, decided)
    alone = replace(result, results=decided.assign(**classes), calls=(),
                    alone=decided["next_action"])
    calls = result.calling(alone) if result.calling is not None else ()
    if not calls:
        return alone
    return replace(alone, results=plan(calls).assign(**classes), calls=calls)


def _rfm(frame: pd.DataFrame, results: pd.DataFrame) -> dict[str, pd.Series]:
    """The RFM classes, by column."""
    # invalid customers are put aside, and who was last seen long ago is not to be compared: they
    # must not move the quintiles of the others
    active = (results["status"] != Status.INVALID) & ~results["outdated"]
    counts = frame[frame.columns.intersection([*analytics.FREQUENCY_LIMITS])]
    classes = analytics.rfm(counts.join(results[["aum", "days_since_txn", "holdings"]])[active])
    return {key: values.reindex(frame.index) for key, values in classes.items()}


def reassess(result: RunResult, ruleset: RuleSet | None = None,
             observations: Sequence[Observation] = ()) -> RunResult:
    """The same customers on the same day under other rules or with new observations."""
    chosen = ruleset or result.ruleset
    return _assessed(replace(result, ruleset=chosen), observations)
