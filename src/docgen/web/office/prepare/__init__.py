"""The pages where an agreement is prepared, from its first word to its sending."""
