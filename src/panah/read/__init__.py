"""Reading articles, reports and testimonies: what is said, by whom, about which acts; no model and no network.

Nothing here enters the register by itself: a reading is a proposal, each part of it anchored to exact characters.

    >>> from panah.read import read_document
    >>> reading = read_document("“They called my mother,” Ana Example said.")
    >>> reading.statements[0].text
    'They called my mother,'
"""

from .document import read_document

__all__ = ["read_document"]
