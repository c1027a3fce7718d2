"""Customers who are one person, the data date of every customer, and keys for observations.

Names are written out, not taken from the program: this module must stay as it was released.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("customer_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("target", sa.Text, primary_key=True, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("moved", sa.JSON),
        sa.CheckConstraint("verdict IN ('same', 'other', 'rule')", name="ck_links_verdict"),
    )
    for table in ("customers", "walk_ins"):
        op.add_column(table, sa.Column("data_date", sa.Integer))
        op.add_column(table, sa.Column("aum_date", sa.Integer))
