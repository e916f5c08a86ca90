"""Custody: what the archive must hold is compared, read again, mended, copied: round by round."""
