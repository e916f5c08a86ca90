"""The database: tables, every query, migrations. The only room that knows SQL.

A `Database` gives sessions of two kinds, `read()` and `write()`. A write session is one
transaction, committed when its block ends well, rolled back otherwise: a state
change is whole or not at all.
"""
