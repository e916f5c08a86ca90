"""Following what was sent: the board of what waits, an agreement's page, a company's, a person's.

A pile of the board is one line of `board.PILES` and one condition of `records.queries.board`.
"""
