"""Figures from the records: gathered, computed by `docgen.indicators`, written as XLSX and PDF."""
