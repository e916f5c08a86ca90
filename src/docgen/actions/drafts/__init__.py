"""Preparing an agreement: a draft saved as it is typed, judged on the way, sent when right."""
