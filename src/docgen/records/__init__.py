"""The database: tables, every query, migrations. The only room that knows SQL.

A `Database` gives two kinds of sessions: `read()` and `write()`. A write session is one transaction,
committed when its block ends well and rolled back otherwise; that is how every state change is whole.
"""
