"""The audit space: find a dossier in scope, read it, take it away; each access is told."""
