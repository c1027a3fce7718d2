"""Rule versions that were taken back stay listed; why a version came back, and who agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("rule_versions", sa.Column("withdrawn_at", sa.Text))
    for name in ("note", "agreed_by"):
        op.add_column("rule_versions",
                      sa.Column(name, sa.Text, nullable=False, server_default=""))
