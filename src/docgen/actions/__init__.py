"""The verbs: gather, decide, act, one commit. Each is safe to run twice and to be killed anywhere.

Doors (`cli`, `web`, `flows`) call these with a `Ports`, the time, and what the person gave.
"""
