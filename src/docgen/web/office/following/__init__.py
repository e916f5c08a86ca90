"""Where what was sent is followed: the board, lists, an agreement, a company, a person."""
