"""What came of a task as the paper has it, tasks closed without a result, and refusals.

Names are written out, not taken from the program: this module must stay as it was released.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEPT = (
    "id", "sheet_number", "customer_id", "action_id", "theme", "owner_role", "officer", "due",
    "priority", "status", "created_at", "printed_at", "result", "result_note", "next_date",
    "closed_at", "batch_id", "ruleset_id",
)


def upgrade() -> None:
    op.add_column("tags", sa.Column("task_id", sa.Integer))
    op.create_table(
        "refusals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("task_id", sa.Integer, nullable=False),
        sa.Column("refused_at", sa.Text, nullable=False),
    )
    op.create_index("ix_refusals_customer_id", "refusals", ["customer_id"])
    _tasks()


def _tasks() -> None:
    """SQLite cannot change a check: the table is made anew and filled from the old one."""
    op.drop_index("uq_tasks_open", "tasks")
    op.drop_index("ix_tasks_customer_id", "tasks")
    op.rename_table("tasks", "tasks_0001")
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
        sa.Column("needs", sa.JSON, nullable=False),
        sa.Column("fund_plan", sa.Text, nullable=False),
        sa.Column("products", sa.JSON, nullable=False),
        sa.Column("amount", sa.Float),
        sa.Column("closed_at", sa.Text),
        sa.Column("closing", sa.Text, nullable=False),
        sa.Column("closed_by", sa.Integer),
        sa.Column("follows", sa.Integer),
        sa.Column("batch_id", sa.Integer, sa.ForeignKey(
            "batches.id", name="fk_tasks_batch_id", ondelete="SET NULL")),
        sa.Column("ruleset_id", sa.Text, nullable=False),
        sa.UniqueConstraint("sheet_number", name="uq_tasks_sheet_number"),
        sa.CheckConstraint("status IN ('planned', 'printed', 'done', 'withdrawn')",
                           name="ck_tasks_status"),
        sa.CheckConstraint("result BETWEEN 1 AND 9", name="ck_tasks_result"),
        sa.CheckConstraint(
            "(status = 'done') = (result IS NOT NULL)", name="ck_tasks_done_has_result"),
    )
    names = ", ".join(_KEPT)
    op.execute(
        f"INSERT INTO tasks ({names}, needs, fund_plan, products, closing) "  # noqa: S608 - names above
        f"SELECT {names}, '[]', '', '[]', '' FROM tasks_0001")
    op.drop_table("tasks_0001")
    op.create_index("ix_tasks_customer_id", "tasks", ["customer_id"])
    op.create_index("uq_tasks_open", "tasks", ["customer_id", "action_id"], unique=True,
                    sqlite_where=sa.text("status IN ('planned', 'printed')"))
