"""The tables. What changes here needs a migration; a test compares the two."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)

from branchseg.model.fields import FIELDS, IMPORTED, NUMERIC, Field, Kind
from branchseg.model.table import SOURCE_ROWS

METADATA = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
})

STORED_FIELDS: tuple[Field, ...] = (*IMPORTED, *(
    FIELDS[key] for key in ("aum_partial", "txn_partial", "data_date", "aum_date")))
"""The fields of FIELDS a customer row keeps; all others are computed again by the rules."""


class Moment(TypeDecorator[datetime]):
    """A point in time with its offset, kept as ISO 8601 text; a naive one is a bug."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs a time zone"
            raise ValueError(msg)
        return value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102 - SQLAlchemy's signature
        return None if value is None else datetime.fromisoformat(value)


def _value_columns(skip: tuple[str, ...] = ()) -> list[Column[Any]]:
    """One column per stored field. Dates are whole seconds since 1970, as the frames hold them."""
    return [Column(f.key, _column_type(f)) for f in STORED_FIELDS if f.key not in skip]


def _column_type(field: Field) -> Float[Any] | Integer | Text:
    if field.kind in NUMERIC:
        return Float()
    return Integer() if field.kind in {Kind.DATE, Kind.FLAG} else Text()


BATCHES = Table(
    "batches", METADATA,
    Column("id", Integer, primary_key=True),
    Column("imported_at", Moment, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("ruleset_id", Text, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("rows_used", Integer, nullable=False),
    Column("customers", Integer, nullable=False),
    Column("columns", JSON, nullable=False),
    Column("issue_counts", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("undone_at", Moment),
    sqlite_autoincrement=True,  # an id printed on paper is never given twice
)
SOURCES = Table(
    "sources", METADATA,
    Column("batch_id", Integer, ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("file_format", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("header_row", Integer, nullable=False),
)
CUSTOMERS = Table(
    "customers", METADATA,
    Column("batch_id", Integer, ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("customer_id", Text, nullable=False),
    *_value_columns(skip=("customer_id",)),
    Column(SOURCE_ROWS, Text),
    Index(None, "customer_id", "batch_id"),  # who is in which list, without reading the rows
)
ISSUES = Table(
    "issues", METADATA,
    Column("batch_id", Integer, ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("source", Text, nullable=False),
)
COLUMN_MAPPINGS = Table(
    "column_mappings", METADATA,
    Column("id", Integer, primary_key=True),
    Column("batch_id", Integer, ForeignKey("batches.id", ondelete="CASCADE"), index=True),
    Column("fingerprint", Text, nullable=False),
    Column("columns", JSON, nullable=False),
)
WALK_INS = Table(
    "walk_ins", METADATA,
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("created_at", Moment, nullable=False),
    *_value_columns(skip=("customer_id",)),
)
OBSERVATIONS = Table(
    "observations", METADATA,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Text, nullable=False, index=True),
    Column("seen_on", Date, nullable=False),
    Column("observer", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("items", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)
TAGS = Table(
    "tags", METADATA,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Text, nullable=False, index=True),
    Column("tag", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("removed_at", Moment),
    Column("task_id", Integer),
)
REFUSALS = Table(
    "refusals", METADATA,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Text, nullable=False, index=True),
    Column("task_id", Integer, nullable=False),
    Column("refused_at", Moment, nullable=False),
)
LINKS = Table(
    "links", METADATA,
    Column("customer_id", Text, primary_key=True, nullable=False),
    Column("target", Text, primary_key=True, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("moved", JSON(none_as_null=True)),
    CheckConstraint("verdict IN ('same', 'other', 'rule')", name="verdict"),
)
NOTES = Table(
    "notes", METADATA,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Text, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)
TASKS = Table(
    "tasks", METADATA,
    Column("id", Integer, primary_key=True),
    Column("sheet_number", Text, unique=True),
    Column("customer_id", Text, nullable=False, index=True),
    Column("action_id", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("owner_role", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("priority", Float, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("printed_at", Moment),
    Column("result", Integer),
    Column("result_note", Text, nullable=False),
    Column("next_date", Date),
    Column("needs", JSON, nullable=False),
    Column("fund_plan", Text, nullable=False),
    Column("products", JSON, nullable=False),
    Column("amount", Float),
    Column("closed_at", Moment),
    Column("closing", Text, nullable=False),
    Column("closed_by", Integer),
    Column("follows", Integer),
    Column("batch_id", Integer, ForeignKey("batches.id", ondelete="SET NULL")),
    Column("ruleset_id", Text, nullable=False),
    Column("latest", Date),
    Column("first_printed_at", Moment),
    Column("prints", Integer, nullable=False, server_default="0"),
    Column("shredded_at", Moment),
    CheckConstraint("status IN ('planned', 'printed', 'done', 'withdrawn')", name="status"),
    CheckConstraint("result BETWEEN 1 AND 9", name="result"),
    CheckConstraint("(status = 'done') = (result IS NOT NULL)", name="done_has_result"),
)
Index("uq_tasks_open", TASKS.c.customer_id, TASKS.c.action_id, unique=True,
      sqlite_where=text("status IN ('planned', 'printed')"))
OWN_SEGMENTS = Table(
    "own_segments", METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tree", JSON(none_as_null=True)),
    Column("action_id", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("removed_at", Moment),
)
Index("uq_own_segments_name", OWN_SEGMENTS.c.name, unique=True,
      sqlite_where=text("removed_at IS NULL"))
OWN_SEGMENT_MEMBERS = Table(
    "own_segment_members", METADATA,
    Column("id", Integer, primary_key=True),
    Column("segment_id", Integer, ForeignKey("own_segments.id"), nullable=False, index=True),
    Column("customer_id", Text, nullable=False, index=True),
    sqlite_autoincrement=True,  # links remember by id what they have moved
)
KEPT_MODELS = Table(
    "kept_models", METADATA,
    Column("id", Integer, primary_key=True),
    Column("model", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("kept_at", Moment, nullable=False),
    Column("data_hash", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("features", JSON, nullable=False),
    Column("quality", JSON, nullable=False),
    Column("names", JSON, nullable=False),
    Column("fitted", JSON, nullable=False),
)
RULE_VERSIONS = Table(
    "rule_versions", METADATA,
    Column("id", Integer, primary_key=True),
    Column("ruleset_id", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("agreements", JSON, nullable=False),
    Column("withdrawn_at", Moment),
    Column("note", Text, nullable=False, server_default=""),
    Column("agreed_by", Text, nullable=False, server_default=""),
)
SETTINGS = Table(
    "settings", METADATA,
    Column("key", Text, primary_key=True, nullable=False),
    Column("value", JSON, nullable=False),
)
