"""The migrations of the database, in order, run by Alembic."""
