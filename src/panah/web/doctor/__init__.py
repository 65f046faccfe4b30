"""What an administrator asks before trusting an installation: is it set up, sound and kept as it should be.

Nothing here needs a key of a case, and nothing that is missing is made: it is told. Written is only what the timer would
write: digests of sealed files, and a line in the custody log about a file that is not what it was. Each check is one
line, and each that is not well says what to do. The order is that of trust: the folder and its keys before Django
is started on them, then settings, doors, database, custody, files, and what happens on a timer.
"""

from .checks import Check, State
from .examining import Asked, examine

__all__ = ["Asked", "Check", "State", "examine"]
