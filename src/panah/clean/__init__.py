"""Working copies without metadata, for sharing: what a person sees or hears stays, what the device wrote goes.

The original is evidence and is never touched. A copy is made anew from pixels, sound, text or samples, in a process of
its own with little memory and time (:mod:`.running`), and then checked by a reader of ours that knows only what may be
in a clean file (:mod:`.scan` and its neighbours): whatever stands there beside it is an error, not a warning. Kinds for
which both halves are not there are refused.

What is not taken away: what is to be seen, heard or read in it, among it a face, a voice, a name on a sign; and marks
in the picture or sound itself (a watermark, the noise of a sensor).
"""

from .kinds import KINDS, kind_of
from .running import WorkingCopy, working_copy

__all__ = ["KINDS", "WorkingCopy", "kind_of", "working_copy"]
