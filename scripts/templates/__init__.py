"""Makes the first edition of the Word templates: `python -m scripts.templates`.

From then on the .docx is the source: people edit it in Word, and nothing here is run again. A new
kind of agreement starts from these pieces to look like the others.
"""
