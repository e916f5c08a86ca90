"""docgen: agreements of inclusion organisations, from data to a signed, archived PDF."""

__version__ = "0.1.0"
