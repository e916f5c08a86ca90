"""Measures: `make bench`. Figures are ratios and CPU seconds, since machines are noisy."""
