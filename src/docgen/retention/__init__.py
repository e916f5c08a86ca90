"""How long dossiers are kept: a policy as data, and the dates that it gives. Pure.

`policy.yaml` says which classes a kind or a fund calls for; the longest of them rules, with a
margin. What is not established is marked so, and is never shown as law.
"""

from docgen.retention.dates import (
    Facts,
    Keeping,
    Reason,
    add_months,
    identity_until,
    keeping,
    lock_until,
)
from docgen.retention.policy import KeepingClass, Policy, read_policy

__all__ = [
    "Facts",
    "Keeping",
    "KeepingClass",
    "Policy",
    "Reason",
    "add_months",
    "identity_until",
    "keeping",
    "lock_until",
    "read_policy",
]
