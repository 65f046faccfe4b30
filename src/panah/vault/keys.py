"""One face over the keys: import them from here.

===================  ============================  ==================================  ==============================
key                  made                          kept                                opens
===================  ============================  ==================================  ==============================
login, wrapping key  one Argon2id run (sign-in)    SHA-256 of the login key only       the sign-in; the member's keys
member's keys        first sign-in                 wrapped under the wrapping key      case keys sealed to the member
case key, version n  case creation, each rotation  one sealed box per member + grant   fields and blob keys
blob key             each file                     sealed under the case key           one file
session token        sign-in                       in the browser; here only its hash  the session row
recovery key         the member's wish             nowhere; split 2 of 3 (SLIP-39)     the member's keys, sealed again
===================  ============================  ==================================  ==============================

Why it is so is written where each is defined: :mod:`.passwords`, :mod:`.members`, :mod:`.cases`, :mod:`.grants`,
:mod:`.sessions`, :mod:`.blobs`, :mod:`.shares`. There is no escrow: no key of an administrator opens any of these.
"""

from .blobs import BlobKey
from .cases import CaseKey
from .grants import Grant, sign_grant, verify_grant
from .members import MemberKeys, MemberPublic
from .passwords import STRONG, Argon2Cost, PasswordKeys, new_salt
from .sessions import new_session_token, open_session, seal_session, session_row_id
from .shares import recover, seal_share, wrap_for_recovery

__all__ = [
    "STRONG",
    "Argon2Cost",
    "BlobKey",
    "CaseKey",
    "Grant",
    "MemberKeys",
    "MemberPublic",
    "PasswordKeys",
    "new_salt",
    "new_session_token",
    "open_session",
    "recover",
    "seal_session",
    "seal_share",
    "session_row_id",
    "sign_grant",
    "verify_grant",
    "wrap_for_recovery",
]
