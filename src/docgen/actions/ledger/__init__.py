"""The commitments ledger: acts, hires and events recorded in seconds, promised against done."""
