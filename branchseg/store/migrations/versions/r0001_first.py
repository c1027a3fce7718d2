"""The first schema.

Names are written out, not taken from the program: this module must stay as it was released.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT = (
    "account_no", "name", "id_type", "id_number", "mobile", "gender", "customer_type",
    "occupation", "employer", "address", "branch", "manager", "bank_level", "card_level",
    "currency", "payroll_employer", "maturity_product", "risk_level",
)
_REAL = (
    "age", "income", "tenure_years", "aum_month_avg", "aum_quarter_avg", "aum_year_avg",
    "aum_point", "aum_prev_month_avg", "aum_prev2_month_avg", "aum_prev_month_end", "demand",
    "time_deposit", "deposit", "wealth", "fund", "insurance", "bond", "metal", "trust",
    "asset_plan", "loan", "mortgage", "credit_limit", "product_count", "payroll_amount",
    "login_days_30d", "txn_count_12m", "txn_amount_12m", "max_flow_30d", "maturity_amount",
    "response_count",
)
_WHOLE = (
    "birth_date", "open_date", "credit_card", "payroll", "pension", "mobile_bank",
    "mobile_bank_last", "social_card", "etc_card", "utility_autopay", "medical_autopay",
    "merchant", "wecom", "last_txn", "maturity_date", "risk_date", "risk_expiry", "consent",
    "do_not_contact", "complaint", "last_contact", "aum_partial", "txn_partial",
)


def upgrade() -> None:
    _imports()
    _customers()
    _fieldwork()
    _tasks()


def _values() -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, sa.Text) for name in _TEXT),
        *(sa.Column(name, sa.Float) for name in _REAL),
        *(sa.Column(name, sa.Integer) for name in _WHOLE),
    ]


def _batch_key() -> list[sa.Column[Any]]:
    return [
        sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id", ondelete="CASCADE"),
                  primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
    ]


def _imports() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("imported_at", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("ruleset_id", sa.Text, nullable=False),
        sa.Column("rows_read", sa.Integer, nullable=False),
        sa.Column("rows_used", sa.Integer, nullable=False),
        sa.Column("customers", sa.Integer, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("issue_counts", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.Column("undone_at", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sources",
        *_batch_key(),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("file_format", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("header_row", sa.Integer, nullable=False),
    )
    op.create_index("ix_sources_sha256", "sources", ["sha256"])
    op.create_table(
        "issues",
        *_batch_key(),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )


def _customers() -> None:
    op.create_table(
        "column_mappings",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("used_at", sa.Text, nullable=False),
    )
    op.create_table(
        "customers",
        *_batch_key(),
        sa.Column("customer_id", sa.Text, nullable=False),
        *_values(),
        sa.Column("source_rows", sa.Text),
    )
    op.create_index("ix_customers_customer_id", "customers", ["customer_id"])
    op.create_table(
        "walk_ins",
        sa.Column("customer_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        *_values(),
    )


def _fieldwork() -> None:
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("seen_on", sa.Date, nullable=False),
        sa.Column("observer", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("removed_at", sa.Text),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.Text, primary_key=True, nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
    )
    for table in ("observations", "tags", "notes"):
        op.create_index(f"ix_{table}_customer_id", table, ["customer_id"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sheet_number", sa.Text),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("action_id", sa.Text, nullable=False),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("owner_role", sa.Text, nullable=False),
        sa.Column("officer", sa.Text, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("priority", sa.Float, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("printed_at", sa.Text),
        sa.Column("result", sa.Integer),
        sa.Column("result_note", sa.Text, nullable=False),
        sa.Column("next_date", sa.Date),
        sa.Column("closed_at", sa.Text),
        sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id", ondelete="SET NULL")),
        sa.Column("ruleset_id", sa.Text, nullable=False),
        sa.UniqueConstraint("sheet_number", name="uq_tasks_sheet_number"),
        sa.CheckConstraint("status IN ('planned', 'printed', 'done')", name="ck_tasks_status"),
        sa.CheckConstraint("result BETWEEN 1 AND 6", name="ck_tasks_result"),
        sa.CheckConstraint(
            "(status = 'done') = (result IS NOT NULL)", name="ck_tasks_done_has_result"),
    )
    op.create_index("ix_tasks_customer_id", "tasks", ["customer_id"])
    op.create_index("uq_tasks_open", "tasks", ["customer_id", "action_id"], unique=True,
                    sqlite_where=sa.text("status <> 'done'"))
