"""The rule of every page, by the name of its address: which roles may ask for it, and what it opens.

A new page needs a line here. Without one it answers 403 to everybody, and ``tests/web/test_rules.py`` fails. That test
tries every page of both doors with every role, with and without a grant: a page whose rule has ``opens`` must answer a
member without the grant exactly as it answers for something that does not exist.
"""

from __future__ import annotations

from typing import Final

from panah.web.base.rules import ANYBODY, Rule

INTAKE, CASE_WORKER, DATA_STEWARD = "intake", "case_worker", "data_steward"
ANALYST, PUBLISHER, ADMINISTRATOR = "analyst", "publisher", "administrator"

READERS: Final = frozenset({INTAKE, CASE_WORKER, DATA_STEWARD, PUBLISHER})
"""Roles that may hold a case's key (``cases.actions.CONTENT_ROLES``)."""
CODERS: Final = frozenset({INTAKE, CASE_WORKER, DATA_STEWARD})
CODED: Final = READERS | {ANALYST}
"""Who works with coded fields and counts; the administrator does not."""
MEMBERS: Final = CODED | {ADMINISTRATOR}

_anybody, _members, _coded, _readers = Rule(ANYBODY), Rule(MEMBERS), Rule(CODED), Rule(READERS)
_administrator = Rule(frozenset({ADMINISTRATOR}))

DESK: Final[dict[str, Rule]] = {
    # before the sign-in is complete
    "account_login": _anybody,
    "account_logout": _anybody,
    "account_signup": _anybody,
    "account_inactive": _anybody,
    "set_up": _anybody,
    "mfa_authenticate": _anybody,
    "choose_theme": _anybody,
    "choose_language": _anybody,
    # one's own account
    "account": _members,
    "account_reauthenticate": _members,
    "account_change_password": _members,
    "sessions": _members,
    "sign_out_everywhere": _members,
    "mfa_index": _members,
    "mfa_reauthenticate": _members,
    "mfa_activate_totp": _members,
    "mfa_deactivate_totp": _members,
    "mfa_view_recovery_codes": _members,
    "mfa_generate_recovery_codes": _members,
    "mfa_download_recovery_codes": _members,
    "mfa_list_webauthn": _members,
    "mfa_add_webauthn": _members,
    "mfa_reauthenticate_webauthn": _members,
    "mfa_remove_webauthn": _members,
    "mfa_edit_webauthn": _members,
    # members: everybody sees who belongs and compares fingerprints; accounts are the administrator's
    "members": _members,
    "add_member": _administrator,
    "member": _administrator,
    # the work
    "desk:home": _members,
    "desk:inbox": _readers,
    "desk:bulk": _readers,
    "desk:save_filter": _readers,
    "desk:quick": Rule(CODERS),
    "desk:quick_code": Rule(READERS, opens="report"),
    "desk:paper": _readers,
    "desk:told": Rule(READERS, opens="report"),
    "desk:told_act": Rule(READERS, opens="report"),
    "desk:state": Rule(CODERS, opens="report"),
    "desk:phone_import": Rule(CODERS),
    "desk:phone_choose": Rule(CODERS),
    "desk:question_answered": _readers,
    "desk:canaries": Rule(frozenset({CASE_WORKER, DATA_STEWARD})),
    "desk:timeline": Rule(READERS, opens="case"),
    "desk:timeline_ask": Rule(READERS, opens="case"),
    "desk:state_entries": Rule(CODERS, opens="case"),
    "desk:register": _coded,
    "desk:incident": Rule(READERS, opens="incident"),
    "desk:who": Rule(CODERS, opens="incident"),
    "desk:decide": Rule(CODERS, opens="incident"),
    "desk:none_found": Rule(READERS, opens="incident"),
    "desk:review": Rule(CODERS),
    "desk:document": Rule(CODERS, opens="document"),
    "desk:decide_part": Rule(CODERS, opens="document"),
    "desk:review_case": Rule(CODERS, opens="case"),
    "desk:decide_together": Rule(CODERS, opens="case"),
    "desk:documents": _readers,
    "desk:take_in": Rule(CODERS),
    "desk:evidence": Rule(READERS, opens="item"),
    "desk:original": Rule(READERS, opens="item"),
    "desk:working_copy": Rule(READERS, opens="item"),
    "desk:delete_item": Rule(CODERS, opens="item"),
    "desk:delete_incident": Rule(CODERS, opens="incident"),
    "desk:delete_claim": Rule(CODERS, opens="claim"),
    "desk:delete_report": Rule(CODERS, opens="report"),
    "desk:deleted": Rule(READERS, opens="case"),
    "desk:lists": _readers,
    "desk:table_import": Rule(CODERS),
    "desk:table_check": Rule(CODERS),
    "desk:table_problems": Rule(CODERS),
    "desk:link": Rule(frozenset({CASE_WORKER, DATA_STEWARD})),
    "desk:linkage": Rule(READERS, opens="linkage"),
    "desk:documentation_list": Rule(READERS, opens="list"),
    "desk:estimates": _coded,
    "desk:make_estimate": _coded,
    "desk:estimate": _coded,
    "desk:estimate_file": _coded,
    "desk:outflow": _readers,
    "desk:report": Rule(frozenset({CASE_WORKER, DATA_STEWARD, PUBLISHER})),
    "desk:bundle": Rule(frozenset({CASE_WORKER, DATA_STEWARD, PUBLISHER})),
    "desk:cases": _readers,
    "desk:case_access": Rule(READERS, opens="case"),
    "desk:case_log": Rule(READERS, opens="case"),
    "desk:people": Rule(CODERS, opens="case"),
    "desk:references": Rule(frozenset({CASE_WORKER}), opens="case"),
    "desk:keys": _readers,
    "desk:renew": _readers,
    # a checkpoint is a length and a hash: whoever belongs may carry one away
    "desk:custody": _members,
    "desk:sign_checkpoint": _members,
    "desk:checkpoint": _members,
    "desk:health": _administrator,
    "desk:recovery": _members,
    "desk:recover": _anybody,
    "desk:reset_member": _administrator,
    "desk:share": Rule(READERS, opens="share"),
    "desk:approvals": _readers,
    "desk:answer": Rule(READERS, opens="request"),
    "desk:release": Rule(frozenset({PUBLISHER})),
}

FRONT: Final[dict[str, Rule]] = {
    "front:home": _anybody,
    "front:method": _anybody,
    "front:release": _anybody,
    "front:release_file": _anybody,
    # reporting: everybody; what a page shows is opened by the flow's token or the reporter's code
    "front:report": _anybody,
    "front:report_step": _anybody,
    "front:report_files": _anybody,
    "front:report_check": _anybody,
    "front:report_keep": _anybody,
    "front:report_receipt": _anybody,
    "front:report_done": _anybody,
    "front:advice": _anybody,
    "front:back": _anybody,
    "front:mailbox": _anybody,
    "front:mailbox_consent": _anybody,
    "front:mailbox_erasure": _anybody,
    "front:mailbox_close": _anybody,
    "front:leave": _anybody,
    "choose_theme": _anybody,
}
