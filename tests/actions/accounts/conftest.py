"""Accounts are entered many times here: their passwords are hashed lightly."""

from tests.cheap_hashes import cheap_hashes

__all__ = ["cheap_hashes"]
