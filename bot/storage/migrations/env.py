"""How Alembic runs our migrations: on a connection that the bot hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema=context.config.attributes["schema"],
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
