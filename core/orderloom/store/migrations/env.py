"""The one Alembic environment: for the core and for every module, run by `store.migrate` only."""

from alembic import context

given = context.config.attributes

context.configure(
    connection=given["connection"],
    version_table=given["version_table"],
    on_version_apply=given["applied"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
