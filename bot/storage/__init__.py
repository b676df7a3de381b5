"""The database: SQLAlchemy Core behind the store protocols of the packages that use it."""
