"""Accounts of the office: invited, entered with a second factor, throttled, journalled."""
