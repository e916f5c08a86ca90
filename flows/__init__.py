"""Prefect flows: a few lines over an action. Prefect lives only here and holds no truth.

Wipe Prefect's database and no agreement is touched: the flows find in ours what is to be done.
"""
