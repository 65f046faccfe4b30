"""Whether two kinds of request can be told apart by the time they take.

CPU time of this thread, so that what else the machine does counts little; each kind in turn, so that drift counts for
both. The measure is the chance that a random one of the first took longer than a random one of the second (the area
under the curve of a distinguisher): 0.5 tells nothing, 0 or 1 tells all. With 200 of each, chance alone moves it by
0.03, so a bound of 0.13 beside 0.5 is left by chance about once in a hundred thousand runs.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from scipy.stats import mannwhitneyu

TELLS_NOTHING = 0.13


def advantage(one: Callable[[], object], other: Callable[[], object], tries: int = 200) -> float:
    """How far from 0.5 a distinguisher comes that sees one time."""
    times: tuple[list[float], list[float]] = ([], [])
    one(), other()  # what is loaded once is not measured
    gc.disable()
    try:
        for number in range(2 * tries):
            which = (number + number // 2) % 2  # 0 1 1 0: neither always comes after the other
            start = time.thread_time()
            (one, other)[which]()
            times[which].append(time.thread_time() - start)
    finally:
        gc.enable()
    statistic = mannwhitneyu(*times).statistic
    return abs(float(statistic) / (len(times[0]) * len(times[1])) - 0.5)
