"""The customers a branch has chosen itself."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "own_segments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tree", sa.JSON),
        sa.Column("action_id", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.Column("removed_at", sa.Text),
    )
    op.create_index("uq_own_segments_name", "own_segments", ["name"], unique=True,
                    sqlite_where=sa.text("removed_at IS NULL"))
    op.create_table(
        "own_segment_members",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("segment_id", sa.Integer, sa.ForeignKey(
            "own_segments.id", name="fk_own_segment_members_segment_id"), nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_own_segment_members_segment_id", "own_segment_members", ["segment_id"])
    op.create_index("ix_own_segment_members_customer_id", "own_segment_members",
                    ["customer_id"])
