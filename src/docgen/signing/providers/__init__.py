"""Trust service providers that have people sign with a key of their own: one package each.

None is needed: without one, docgen makes simple signatures with reinforced proof itself.
"""
