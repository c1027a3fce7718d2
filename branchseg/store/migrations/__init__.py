"""Schema changes, run by Alembic when a vault is opened."""
