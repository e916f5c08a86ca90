"""Work asked for in the office that goes on without its page: sending many, reading a workbook.

`keeping` records what is asked, `working` does it, one worker at a time; killed, it is taken up
again from where it stood, and nothing is done twice.
"""
