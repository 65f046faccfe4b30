"""Made-up rows: what a linkage unit sees of them is distributed as it is for real rows, and only the holder can tell.

A row is seen as its tokens, and a token as its rule and the number of rows that share it. Rows are drawn from the real
ones; their tokens are replaced by random ones, which made-up rows share with each other as often as real rows shared
theirs. Tokens that the same rows share (a name with a birthday is also a sound with a birthday) stay together.

They are not copies of real rows: a copy would repeat the pattern in which rows share tokens, and one row of it that
matches would give the other away.
"""

from __future__ import annotations

import secrets
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from .keys import TOKEN_BYTES

Token = tuple[str, str]
"""Rule and token."""
_Slot = tuple[int, int]
"""How many rows share it, and which made-up row it is for."""


def made_up(rows: Sequence[set[Token]], wanted: int) -> list[set[Token]]:
    """``wanted`` made-up rows beside these real ones.

    Args:
        rows: The tokens of each real row.
    """
    random = secrets.SystemRandom()
    bundles = _bundles(rows)
    made: list[set[Token]] = [set() for _row in range(wanted)]
    pools: dict[tuple[str, ...], list[_Slot]] = defaultdict(list)
    for number, source in enumerate(_drawn(random, len(rows), wanted)):
        for rules, sharing in bundles[source]:
            pools[rules].append((sharing, number))
    while pools:
        rules = min(pools, key=lambda one: (-len(one), one))
        slots = pools.pop(rules)
        random.shuffle(slots)
        queue = deque(sorted(slots, key=lambda one: -one[0]))
        while queue:
            group = _group(queue)
            if len(group) < group[0][0] and len(rules) > 1:
                for rule in rules:  # too few of this kind to share so often: each rule finds its own partners
                    pools[rule,].extend(group)
                continue
            for rule in rules:
                token = (rule, secrets.token_hex(TOKEN_BYTES))
                for _sharing, number in group:
                    made[number].add(token)
    return made


def _drawn(random: secrets.SystemRandom, n: int, wanted: int) -> Iterable[int]:
    """Numbers below ``n``, each as often as any other, in random order."""
    order: list[int] = []
    while len(order) < wanted:
        numbers = list(range(n))
        random.shuffle(numbers)
        order += numbers
    return order[:wanted]


def _bundles(rows: Sequence[set[Token]]) -> list[list[tuple[tuple[str, ...], int]]]:
    """For each row its tokens, those shared by the same rows together: (rules, how many rows share them)."""
    holders: dict[Token, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for token in row:
            holders[token].append(number)
    by_holders: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for (rule, _token), numbers in holders.items():
        by_holders[tuple(numbers)].append(rule)
    found: list[list[tuple[tuple[str, ...], int]]] = [[] for _row in rows]
    for sharing, rules in by_holders.items():
        for number in sharing:
            found[number].append((tuple(sorted(rules)), len(sharing)))
    return found


def _group(queue: deque[_Slot]) -> list[_Slot]:
    """Take the next slots that share one token, of different rows, off the queue."""
    sharing = queue[0][0]
    group: list[_Slot] = []
    taken: set[int] = set()
    put_back: list[_Slot] = []
    while queue and len(group) < sharing:
        slot = queue.popleft()
        if slot[1] in taken:
            put_back.append(slot)
        else:
            group.append(slot)
            taken.add(slot[1])
    queue.extendleft(reversed(put_back))
    return group
