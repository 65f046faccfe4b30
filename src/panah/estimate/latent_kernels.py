"""Compiled sampler of the latent class model; private. The work of a sweep depends on patterns, never on units.

Invariant: between sweeps the state is (class weights, inclusion probabilities, concentration) only. The unseen count and
the classes of units are drawn anew from it, so that states can be exchanged between tables of different size.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .kernels import Floats, Ints, compiled

LARGEST_UNSEEN: Final = 1e15
"""Beyond this the unseen count is not counted exactly; reaching it is reported, never silent."""


@compiled
def stirling_rest(k: float) -> float:
    """``log k!`` less Stirling's formula, for k >= 0."""
    if k < 9:
        exact = 0.0
        for i in range(2, int(k) + 1):
            exact += np.log(float(i))
        return exact - ((k + 0.5) * np.log(k + 1.0) - (k + 1.0) + 0.9189385332046727)
    x = (k + 1.0) * (k + 1.0)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / x) / x) / (k + 1.0)


@compiled
def binomial(n: int, p: float) -> int:
    """A binomial draw: inversion for small means, else transformed rejection (Hörmann 1993, BTRS)."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    share = min(p, 1.0 - p)
    result = 0
    if n * share < 10.0:
        ratio = share / (1.0 - share)
        start = np.exp(n * np.log1p(-share))
        while True:
            u = np.random.random()
            mass = start
            result = 0
            while u > mass and result <= n:
                u -= mass
                result += 1
                mass *= (n - result + 1) * ratio / result
            if result <= n:
                break
    else:
        spread = np.sqrt(n * share * (1.0 - share))
        b = 1.15 + 2.53 * spread
        a = -0.0873 + 0.0248 * b + 0.01 * share
        centre = n * share + 0.5
        quick = 0.92 - 4.2 / b
        alpha = (2.83 + 5.1 / b) * spread
        mode = np.floor((n + 1) * share)
        odds = share / (1.0 - share)
        while True:
            v = np.random.random()
            u = np.random.random() - 0.5
            side = 0.5 - abs(u)
            if side <= 0.0:
                continue
            k = np.floor((2 * a / side + b) * u + centre)
            if k < 0 or k > n:
                continue
            if side >= 0.07 and v <= quick:
                result = int(k)
                break
            height = np.log(v * alpha / (a / (side * side) + b))
            bound = (
                (mode + 0.5) * np.log((mode + 1) / (odds * (n - mode + 1)))
                + (n + 1) * np.log((n - mode + 1) / (n - k + 1))
                + (k + 0.5) * np.log(odds * (n - k + 1) / (k + 1))
                + stirling_rest(mode)
                + stirling_rest(n - mode)
                - stirling_rest(k)
                - stirling_rest(n - k)
            )
            if height <= bound:
                result = int(k)
                break
    return result if p <= 0.5 else n - result


@compiled
def beta(a: float, b: float) -> float:
    """A beta draw kept off 0 and 1."""
    if a == 1.0 and b == 1.0:
        value = np.random.random()
    else:
        first = np.random.standard_gamma(a)
        value = first / (first + np.random.standard_gamma(b) + 1e-300)
    return min(max(value, 1e-12), 1.0 - 1e-12)


@compiled
def class_shares(member: npt.NDArray[np.bool_], weights: Floats, inclusion: Floats, shares: Floats) -> None:
    """Probability of each class and pattern, shape (K, P); the last pattern is that of the unseen."""
    n_classes, n_lists = inclusion.shape
    n_patterns = member.shape[0]
    for k in range(n_classes):
        for p in range(n_patterns):
            share = weights[k]
            for j in range(n_lists):
                share *= inclusion[k, j] if member[p, j] else 1.0 - inclusion[k, j]
            shares[k, p] = share


@compiled
def draw_start(settings: Floats, weights: Floats, inclusion: Floats) -> float:
    """A start drawn from the prior; chains start apart from each other. Returns the concentration."""
    n_classes, n_lists = inclusion.shape
    concentration = np.random.standard_gamma(max(settings[2], 1.0)) / settings[3] + 0.05
    concentration = min(concentration, 5.0)
    left = 1.0
    for k in range(n_classes):
        stick = 1.0 if k == n_classes - 1 else beta(1.0, concentration)
        weights[k] = max(left * stick, 1e-300)
        left *= 1.0 - stick
        for j in range(n_lists):
            inclusion[k, j] = beta(settings[0], settings[1])
    return concentration


@compiled
def sweep(
    member: npt.NDArray[np.bool_],
    counts: Ints,
    settings: Floats,
    weights: Floats,
    inclusion: Floats,
    concentration: float,
    shares: Floats,
    in_class: Ints,
    on_list: Ints,
) -> tuple[int, float]:
    """One Gibbs sweep; returns the unseen count drawn and the new concentration.

    Args:
        member: Which lists a pattern has, shape (P, L); the last pattern has none.
        counts: Units of each observed pattern, shape (P - 1,).
        settings: Shapes a and b of the inclusion prior, shape and rate of the concentration prior.
        weights: State, shape (K,). ``inclusion``: state, shape (K, L).
        shares, in_class, on_list: Room to work in, shapes (K, P), (K,), (K, L).
    """
    n_classes, n_lists = inclusion.shape
    n_patterns = member.shape[0]
    class_shares(member, weights, inclusion, shares)
    in_class[:] = 0
    on_list[:] = 0
    total = 0
    for p in range(n_patterns):
        whole = 0.0
        for k in range(n_classes):
            whole += shares[k, p]
        if p < n_patterns - 1:
            left = counts[p]
            total += left
        else:  # the unseen: negative binomial given the observed and the prior 1/N
            odds = whole / max(1.0 - whole, 1e-300)
            rate = np.random.standard_gamma(float(total)) * odds
            if rate > LARGEST_UNSEEN:
                left = int(LARGEST_UNSEEN)
            elif rate > 1e8:
                left = int(max(np.floor(rate + np.sqrt(rate) * np.random.standard_normal() + 0.5), 0.0))
            else:
                left = np.random.poisson(rate)
        unseen = left
        for k in range(n_classes):
            if left == 0:
                break
            taken = left if k == n_classes - 1 else binomial(left, shares[k, p] / whole)
            whole -= shares[k, p]
            if taken:
                left -= taken
                in_class[k] += taken
                for j in range(n_lists):
                    if member[p, j]:
                        on_list[k, j] += taken
    after = total + unseen
    left_share = 1.0
    log_left = 0.0
    for k in range(n_classes):
        after -= in_class[k]
        if k < n_classes - 1:
            stick = beta(1.0 + in_class[k], concentration + after)
            log_left += np.log1p(-stick)
        else:
            stick = 1.0
        weights[k] = max(left_share * stick, 1e-300)
        left_share *= 1.0 - stick
        for j in range(n_lists):
            inclusion[k, j] = beta(settings[0] + on_list[k, j], settings[1] + in_class[k] - on_list[k, j])
    shape = settings[2] + n_classes - 1
    concentration = max(np.random.standard_gamma(shape) / (settings[3] - log_left), 1e-6)
    return unseen, concentration


@compiled
def log_conditional(counts: Ints, shares: Floats) -> Floats:
    """Log probability of each observed pattern given that it was observed, shape (P - 1,)."""
    n_classes, n_patterns = shares.shape
    result = np.empty(n_patterns - 1)
    unseen = 0.0
    for k in range(n_classes):
        unseen += shares[k, n_patterns - 1]
    for p in range(n_patterns - 1):
        whole = 0.0
        for k in range(n_classes):
            whole += shares[k, p]
        result[p] = np.log(max(whole, 1e-300)) - np.log(max(1.0 - unseen, 1e-300))
    return result


@compiled
def run_chain(
    member: npt.NDArray[np.bool_],
    ladder: Ints,
    settings: Floats,
    n_classes: int,
    burn_in: int,
    draws: int,
    thin: int,
    seed: int,
    unseen: Ints,
    occupied: Ints,
    swaps: Ints,
    patterns: Floats,
) -> None:
    """A chain on a ladder of tables; the first is the table itself, the others are thinned copies of it.

    States are exchanged between neighbours by Metropolis' rule, so that a state that found another mode on a
    thin table, where modes are shallow, can climb to the whole one. A ladder of one is plain Gibbs sampling.

    Args:
        member: Shape (P, L). ``ladder``: counts, shape (R, P - 1).
        burn_in: Sweeps before the first draw. ``draws``: draws kept. ``thin``: sweeps for each.
        unseen: Result, shape (draws,). ``occupied``: result: classes with anybody, shape (draws,).
        swaps: Result: exchanges tried and made between neighbours, shape (R, 2).
        patterns: Result: sum over draws of the fitted units of each observed pattern, shape (P - 1,).
    """
    np.random.seed(seed)
    n_rungs = ladder.shape[0]
    n_patterns, n_lists = member.shape
    weights = np.empty((n_rungs, n_classes))
    inclusion = np.empty((n_rungs, n_classes, n_lists))
    concentration = np.empty(n_rungs)
    shares = np.empty((n_classes, n_patterns))
    in_class = np.empty(n_classes, np.int64)
    on_list = np.empty((n_classes, n_lists), np.int64)
    for rung in range(n_rungs):
        concentration[rung] = draw_start(settings, weights[rung], inclusion[rung])
    for step in range(burn_in + draws * thin):
        for rung in range(n_rungs):
            found, concentration[rung] = sweep(
                member,
                ladder[rung],
                settings,
                weights[rung],
                inclusion[rung],
                concentration[rung],
                shares,
                in_class,
                on_list,
            )
            if rung == 0 and step >= burn_in and (step - burn_in + 1) % thin == 0:
                kept = (step - burn_in) // thin
                unseen[kept] = found
                n_occupied = 0
                for k in range(n_classes):
                    n_occupied += in_class[k] > 0
                occupied[kept] = n_occupied
                total = float(found)
                for p in range(n_patterns - 1):
                    total += ladder[0, p]
                for p in range(n_patterns - 1):
                    for k in range(n_classes):
                        patterns[p] += total * shares[k, p] / draws
        if n_rungs > 1:
            for rung in range(step % 2, n_rungs - 1, 2):
                class_shares(member, weights[rung], inclusion[rung], shares)
                here = log_conditional(ladder[rung], shares)
                class_shares(member, weights[rung + 1], inclusion[rung + 1], shares)
                there = log_conditional(ladder[rung + 1], shares)
                gain = 0.0
                for p in range(n_patterns - 1):
                    gain += (ladder[rung, p] - ladder[rung + 1, p]) * (there[p] - here[p])
                swaps[rung, 0] += 1
                if np.log(np.random.random()) < gain:
                    swaps[rung, 1] += 1
                    for k in range(n_classes):
                        weights[rung, k], weights[rung + 1, k] = weights[rung + 1, k], weights[rung, k]
                        for j in range(n_lists):
                            kept_one = inclusion[rung, k, j]
                            inclusion[rung, k, j] = inclusion[rung + 1, k, j]
                            inclusion[rung + 1, k, j] = kept_one
                    kept_two = concentration[rung]
                    concentration[rung] = concentration[rung + 1]
                    concentration[rung + 1] = kept_two
