"""French as documents write it."""


def plain(text: str) -> str:
    """The text with ordinary spaces, to be compared by eye."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")
