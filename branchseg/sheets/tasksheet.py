"""A task sheet as ready texts: what is printed, and what the task list is written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What one print run has in common.

    `printed_at` and `as_of` (data date) come from the caller: the core never asks the clock.
    `clear` prints names, numbers and amounts unmasked and says so on every sheet.
    """

    branch_name: str
    operator: str
    printed_at: datetime
    as_of: date
    ruleset_id: str
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Portrait:
    """The customer block. Each text is masked or banded unless the job is clear."""

    name: str
    customer_no: str
    phone: str
    tier: str
    to_next: str
    aum_band: str
    manager: str
    tenure: str
    segment: str
    rfm: str
    last_txn: str
    last_contact: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A product or tie; `held` is None where the list does not say."""

    label: str
    held: bool | None


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One of the seven factors: levels 0..3 (None: unknown) and why, in one short text."""

    name: str
    level: float | None
    data_level: float | None
    observed_level: float | None
    evidence: str


@dataclass(frozen=True, slots=True)
class TaskBlock:
    """What is to be done. `priority` and `due` keep their types for sorting in the task list.

    `due` is the day it is planned for, `latest` the last day by the rules; None for no such day.
    `maturity` is the money that falls due next: product, amount, day; "" for none.
    """

    theme: str
    purpose: str
    maturity: str
    why: str
    window: str
    channel: str
    owner: str
    due: date | None
    latest: date | None
    priority: float | None
    others: str


@dataclass(frozen=True, slots=True)
class Talk:
    """The talking points in the order they are used."""

    opening: str
    questions: tuple[str, ...]
    points: tuple[str, ...]
    closing: str
    compliance: str


@dataclass(frozen=True, slots=True)
class TaskSheet:
    """Everything on one task sheet."""

    number: str
    qr: str
    branch_name: str
    meta: str
    badges: tuple[str, ...]
    portrait: Portrait
    holdings: tuple[Holding, ...]
    factor_summary: str
    factors: tuple[FactorRow, ...]
    task: TaskBlock
    talk: Talk
    theme_line: str
    suitability: str
    ask: tuple[str, ...]
    watermark: str
    footer: str
    page_label: str
