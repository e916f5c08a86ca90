"""The archive: content-addressed objects, a manifest that commits them, and the checks of both."""
