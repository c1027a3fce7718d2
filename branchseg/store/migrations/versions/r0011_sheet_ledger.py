"""What became of a sheet of paper: first printed when, how often, destroyed when."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("first_printed_at", sa.Text))
    op.add_column("tasks", sa.Column("prints", sa.Integer, nullable=False, server_default="0"))
    op.add_column("tasks", sa.Column("shredded_at", sa.Text))
    # of earlier prints only the last one is known
    op.execute("UPDATE tasks SET first_printed_at = printed_at, prints = 1 "
               "WHERE printed_at IS NOT NULL")
