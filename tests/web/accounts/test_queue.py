"""Sign-ins and reporters' codes at a real server share one queue: two at a time over all of its processes.

Seen from outside, by the memory of the whole server: a run of Argon2 takes 64 MiB, one of a code 32.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from vault_server import ARGON2_MIB, Watched, at_once, serving, signed_in, try_code

pytestmark = [pytest.mark.server, pytest.mark.slow]


def test_eight_sign_ins_and_four_codes_take_the_memory_of_two(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        at_once(*[lambda: signed_in(server)] * 4, *[lambda: try_code(server)] * 4)  # every thread has answered once
        time.sleep(1)
        base = server.memory_mib()
        with Watched(server) as alone:
            assert signed_in(server)
        with Watched(server) as crowd:
            found = at_once(*[lambda: signed_in(server)] * 8, *[lambda: try_code(server)] * 4)
    assert found == [True] * 8 + [400] * 4, "who waits gets in"
    assert alone.peak_mib - base > 0.8 * ARGON2_MIB, "a run is seen"
    assert 1.5 * ARGON2_MIB < crowd.peak_mib - base < 2.7 * ARGON2_MIB
