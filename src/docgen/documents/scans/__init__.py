"""Signing on paper: the printed pages and their codes, and the scan that comes back.

codes: what a page says of itself · symbols: how it is drawn and found · printed: the pages to print
geometry: where a page lies in a picture · reading: from files to upright pages, in a confined
process · collating: which pages are there, and which are not · binding: one PDF of them.
"""

# What the files of one scan may weigh together.
MOST_BYTES = 60 * 1024 * 1024
