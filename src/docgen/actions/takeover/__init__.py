"""Taking over what was concluded before docgen, from a spreadsheet: « reprise »."""
