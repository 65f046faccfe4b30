"""A sealed evidence bundle: made here, verified here, and verifiable without us.

Promise: every later version verifies ``panah-bundle/1``, and so do ``sha256sum``, ``openssl``, ``age``, ``tar`` and
``sh`` as ``VERIFY.txt`` in each bundle tells.
"""

from panah.model.denials import check_denials

from .contents import Contents, Item
from .creating import create
from .verifying import examine, verify

__all__ = ["Contents", "Item", "check_denials", "create", "examine", "verify"]
