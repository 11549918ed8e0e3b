"""Alembic's entry, the same for every service: the connection and the tables come from storekit.migration."""

from alembic import context
from sqlalchemy import Connection

from storekit.database import Table

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Table.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
