"""The bytes on their way through: guarded download, checks, metadata removal, encrypted spool."""
