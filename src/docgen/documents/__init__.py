"""From a Word template to a PDF/A-3b and back: fill, convert, attach, read, find places.

The home of docxtpl, LibreOffice, pikepdf and pypdfium2: nothing of theirs leaves this room.
"""
