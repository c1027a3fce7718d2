"""Issues: what was wrong with a row, a cell or a file, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much an issue matters to the user."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Action(StrEnum):
    """What the program did; OTHER is what an import of an earlier version did."""

    KEPT = "kept"
    FIXED = "fixed"
    BLANKED = "blanked"
    SKIPPED = "skipped"
    MERGED = "merged"
    REFUSED = "refused"
    OTHER = "other"


class IssueCode(StrEnum):
    """Every kind of issue. Its sentence is `issue.<code>` in resources/messages/issues.toml.

    OTHER is what an earlier version found and this one has no name for.
    """

    # structure of the sheet
    TITLE_ROWS = "title_rows"
    REPEATED_HEADER = "repeated_header"
    TOTAL_ROW = "total_row"
    FOOTNOTE_ROW = "footnote_row"
    BLANK_ROW = "blank_row"
    SECOND_TABLE = "second_table"
    ROW_SHIFTED = "row_shifted"
    HEADER_DUPLICATE = "header_duplicate"
    HEADER_BLANK = "header_blank"
    ERROR_CELL = "error_cell"
    EXTRA_SHEET = "extra_sheet"
    OTHER_LIST = "other_list"
    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_ROW = "hidden_row"
    MERGED_CELL = "merged_cell"
    FIELD_REFUSED = "field_refused"
    COLUMN_UNUSED = "column_unused"
    COLUMN_DOUBTFUL = "column_doubtful"
    CORRECTED = "corrected"
    ROW_EXCLUDED = "row_excluded"
    # values
    UNIT_CONVERTED = "unit_converted"
    TEXT_TIDIED = "text_tidied"
    PLACEHOLDER = "placeholder"
    VALUE_UNKNOWN = "value_unknown"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_RANGE = "amount_range"
    AMOUNT_UNIT_TWICE = "amount_unit_twice"
    NUMBER_UNREADABLE = "number_unreadable"
    NUMBER_RANGE = "number_range"
    DATE_UNREADABLE = "date_unreadable"
    DATE_PARTIAL = "date_partial"
    DATE_SENTINEL = "date_sentinel"
    DATE_FUTURE = "date_future"
    DATE_SERIAL = "date_serial"
    FLAG_UNREADABLE = "flag_unreadable"
    CHOICE_UNREADABLE = "choice_unreadable"
    PHONE_INVALID = "phone_invalid"
    PHONE_MASKED = "phone_masked"
    PHONE_EXTRA = "phone_extra"
    ID_CHECKSUM = "id_checksum"
    ID_LENGTH = "id_length"
    ID_OLD15 = "id_old15"
    ID_OTHER = "id_other"
    ID_MASKED = "id_masked"
    ID_BIRTH_CONFLICT = "id_birth_conflict"
    ID_GENDER_CONFLICT = "id_gender_conflict"
    NUMBER_DAMAGED = "number_damaged"
    ZEROS_LOST = "zeros_lost"
    FOREIGN_CURRENCY = "foreign_currency"
    COMPANY_SUSPECT = "company_suspect"
    NAME_MARKED = "name_marked"
    NAME_ODD = "name_odd"
    NAME_TITLED = "name_titled"
    NAME_SURNAME = "name_surname"
    NAME_MISSING = "name_missing"
    AGE_RANGE = "age_range"
    REMARK_DECEASED = "remark_deceased"
    REMARK_CLOSED = "remark_closed"
    REMARK_DO_NOT_CONTACT = "remark_do_not_contact"
    REMARK_COMPLAINT = "remark_complaint"
    REMARK_DOUBTFUL = "remark_doubtful"
    # rows and customers
    ROW_NO_KEY = "row_no_key"
    KEY_FALLBACK = "key_fallback"
    KEY_AMBIGUOUS = "key_ambiguous"
    PERSON_DIFFERS = "person_differs"
    ACCOUNTS_MERGED = "accounts_merged"
    DUPLICATE_MERGED = "duplicate_merged"
    ACCOUNTS_UNCLEAR = "accounts_unclear"
    LISTS_UNITED = "lists_united"
    MERGE_CONFLICT = "merge_conflict"
    LISTS_CONFLICT = "lists_conflict"
    PARTIAL_SUM = "partial_sum"
    PARTIAL_TXN = "partial_txn"
    REPEATED_AMOUNT = "repeated_amount"
    SAME_NAME = "same_name"
    SAME_ID_NUMBER = "same_id_number"
    PHONE_SHARED = "phone_shared"
    AUM_BELOW_PARTS = "aum_below_parts"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `row` is the 1-based sheet row (0: the whole file or column).

    `shown` is already masked and may be shown, printed and exported.
    """

    code: IssueCode
    severity: Severity
    row: int
    field: str
    shown: str
    action: Action
    source: str


@dataclass(slots=True)
class IssueLog:
    """All issues of an import, kept as columns: a dirty list of 50,000 rows has many.

    Append-only; `severity` is looked up by code in SEVERITY.
    """

    codes: list[IssueCode] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, code: IssueCode, action: Action, *, row: int = 0, key: str = "",
            shown: str = "", source: str = "") -> None:
        """Append one finding about field `key` at sheet row `row` of `source`."""
        self.add_many(code, action, [row], key, [shown], source)

    def add_many(self, code: IssueCode, action: Action, rows: Iterable[int], key: str,
                 shown: Sequence[str], source: str) -> None:
        """Append the same finding for many rows of one column; `shown` as long as `rows`."""
        count = len(shown)
        self.codes += [code] * count
        self.rows += [int(row) for row in rows]
        self.fields += [key] * count
        self.shown += shown
        self.actions += [action] * count
        self.sources += [source] * count

    def extend(self, other: IssueLog) -> None:
        """Append all of `other`."""
        self.codes += other.codes
        self.rows += other.rows
        self.fields += other.fields
        self.shown += other.shown
        self.actions += other.actions
        self.sources += other.sources

    def counts(self) -> dict[IssueCode, int]:
        """How many findings per code, in the order of IssueCode."""
        found = dict.fromkeys(IssueCode, 0)
        for code in self.codes:
            found[code] += 1
        return {code: number for code, number in found.items() if number}

    def __len__(self) -> int:
        """The number of findings."""
        return len(self.codes)

    def __iter__(self) -> Iterator[Issue]:
        """The findings as objects, built on demand."""
        columns = (self.codes, self.rows, self.fields, self.shown, self.actions, self.sources)
        for code, row, key, shown, action, source in zip(*columns, strict=True):
            yield Issue(code, SEVERITY[code], row, key, shown, action, source)


_NOTES = {
    IssueCode.TITLE_ROWS, IssueCode.REPEATED_HEADER, IssueCode.TOTAL_ROW, IssueCode.FOOTNOTE_ROW,
    IssueCode.BLANK_ROW, IssueCode.EXTRA_SHEET, IssueCode.COLUMN_UNUSED, IssueCode.UNIT_CONVERTED,
    IssueCode.MERGED_CELL,
    IssueCode.TEXT_TIDIED, IssueCode.PLACEHOLDER, IssueCode.DATE_SENTINEL, IssueCode.DATE_SERIAL,
    IssueCode.PHONE_MASKED, IssueCode.PHONE_EXTRA, IssueCode.ID_OLD15, IssueCode.ID_MASKED,
    IssueCode.ID_OTHER,
    IssueCode.ACCOUNTS_MERGED, IssueCode.LISTS_UNITED, IssueCode.FIELD_REFUSED,
    IssueCode.SAME_NAME,
    IssueCode.AMOUNT_NEGATIVE, IssueCode.CORRECTED, IssueCode.ROW_EXCLUDED,
}
_ERRORS = {
    IssueCode.ERROR_CELL, IssueCode.AMOUNT_UNREADABLE, IssueCode.DATE_UNREADABLE,
    IssueCode.AMOUNT_RANGE,
    IssueCode.NUMBER_UNREADABLE, IssueCode.NUMBER_DAMAGED, IssueCode.ROW_NO_KEY,
    IssueCode.PERSON_DIFFERS,
    IssueCode.SECOND_TABLE, IssueCode.ROW_SHIFTED,
    IssueCode.ID_CHECKSUM, IssueCode.ID_LENGTH, IssueCode.PHONE_INVALID,
    IssueCode.SAME_ID_NUMBER, IssueCode.NAME_MISSING,
}
SEVERITY: dict[IssueCode, Severity] = {
    code: Severity.NOTE if code in _NOTES
    else Severity.ERROR if code in _ERRORS
    else Severity.WARNING
    for code in IssueCode
}


def by_severity(counts: Mapping[IssueCode, int]) -> dict[Severity, int]:
    """How many findings of each severity; notes are no problems."""
    found = dict.fromkeys(Severity, 0)
    for code, number in counts.items():
        found[SEVERITY[code]] += number
    return found


ABOUT_ROWS = frozenset({
    IssueCode.MERGE_CONFLICT, IssueCode.ACCOUNTS_MERGED, IssueCode.DUPLICATE_MERGED,
    IssueCode.ACCOUNTS_UNCLEAR, IssueCode.LISTS_UNITED,
    IssueCode.PARTIAL_SUM, IssueCode.PARTIAL_TXN, IssueCode.NAME_MISSING,
})
"""Findings about a customer: what they show are the rows it is made of ("118、903")."""
