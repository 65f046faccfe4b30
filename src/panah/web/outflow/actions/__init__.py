"""The one place where something leaves. The first argument says who acts; ``asking`` is asked before anything is made.

==================  ==============================================  ===================================================
maker               gives                                           asks
==================  ==============================================  ===================================================
make_bundle         a sealed bundle for named age recipients        the same as a report, and a second member
export_original     the bytes of one original                       a second member
make_report         a report as PDF or HTML                         confirmed, consent to the purpose, answers there
make_release        a public release folder                         confirmed, consent to be counted, answers, cells
make_estimate_file  ``estimate.json``                               nothing about anybody is in it: counts only
==================  ==============================================  ===================================================
"""

from .bundles import make_bundle
from .estimates import make_estimate_file
from .exports import (
    HowBundled,
    ask_for_bundle,
    ask_for_original,
    export_original,
    how_approved,
    is_approved,
    is_waiting,
)
from .releases import MadeRelease, make_release
from .reports import Wording, make_report

__all__ = [
    "HowBundled",
    "MadeRelease",
    "Wording",
    "ask_for_bundle",
    "ask_for_original",
    "export_original",
    "how_approved",
    "is_approved",
    "is_waiting",
    "make_bundle",
    "make_estimate_file",
    "make_release",
    "make_report",
]
