"""Compiled sampler of the latent class model; private. The work of a sweep depends on patterns, never on units.

Invariant: between sweeps the state is (class weights, inclusion probabilities, concentration) only. The unseen count and
the classes of units are drawn anew from it, so that states can be exchanged between tables of different size.
"""

from __future__ import annotations

from typing import Final

import numpy as np

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
        return float(exact - ((k + 0.5) * np.log(k + 1.0) - (k + 1.0) + 0.9189385332046727))
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
        u = np.random.random()
        if u <= 1.0 - n * share:  # below the chance of none, which is at least this: no need to work it out
            return 0 if p <= 0.5 else n
        ratio = share / (1.0 - share)
        start = np.exp(n * np.log1p(-share))
        while True:
            mass = start
            result = 0
            while u > mass and result <= n:
                u -= mass
                result += 1
                mass *= (n - result + 1) * ratio / result
            if result <= n:
                break
            u = np.random.random()
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
    elif a == 1.0:  # by inversion: what most draws for nearly empty classes are
        value = -np.expm1(np.log(1.0 - np.random.random()) / b)
    elif b == 1.0:
        value = np.exp(np.log(1.0 - np.random.random()) / a)
    else:
        first = np.random.standard_gamma(a)
        value = first / (first + np.random.standard_gamma(b) + 1e-300)
    return min(max(value, 1e-12), 1.0 - 1e-12)


@compiled
def class_shares(lists_of: Ints, weights: Floats, inclusion: Floats, shares: Floats, odds: Floats) -> None:
    """Probability of each class and pattern, shape (K, P); the last pattern is that of the unseen.

    Args:
        lists_of: For each pattern the number of its lists, then the lists, shape (P, L + 1).
        odds: Room to work in, shape (L,).
    """
    n_classes, n_lists = inclusion.shape
    n_patterns = lists_of.shape[0]
    for k in range(n_classes):
        none = weights[k]
        for j in range(n_lists):
            off = 1.0 - inclusion[k, j]
            none *= off
            odds[j] = inclusion[k, j] / off
        for p in range(n_patterns):
            share = none
            for i in range(1, lists_of[p, 0] + 1):
                share *= odds[lists_of[p, i]]
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
    return float(concentration)


@compiled
def draw_unseen(total: int, share: float) -> int:
    """Units on no list, given the observed, the share that is on none, and the prior 1/N."""
    rate = np.random.standard_gamma(float(total)) * share / max(1.0 - share, 1e-300)
    if rate > LARGEST_UNSEEN:
        return int(LARGEST_UNSEEN)
    if rate > 1e8:
        return int(max(np.floor(rate + np.sqrt(rate) * np.random.standard_normal() + 0.5), 0.0))
    return np.random.poisson(rate)


@compiled
def sweep(
    lists_of: Ints,
    counts: Ints,
    settings: Floats,
    weights: Floats,
    inclusion: Floats,
    concentration: float,
    shares: Floats,
    odds: Floats,
    in_class: Ints,
    on_list: Ints,
) -> tuple[int, float]:
    """One Gibbs sweep; returns the unseen count drawn and the new concentration.

    Args:
        lists_of: Lists of each pattern, as in :func:`class_shares`; the last pattern has none.
        counts: Units of each observed pattern, shape (P - 1,).
        settings: Shapes a and b of the inclusion prior, shape and rate of the concentration prior.
        weights: State, shape (K,). ``inclusion``: state, shape (K, L).
        shares, odds, in_class, on_list: Room to work in, shapes (K, P), (L,), (K,), (K, L).
    """
    n_classes, n_lists = inclusion.shape
    n_patterns = lists_of.shape[0]
    class_shares(lists_of, weights, inclusion, shares, odds)
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
            left = draw_unseen(total, whole)
        unseen = left
        for k in range(n_classes):
            if left == 0:
                break
            taken = left if k == n_classes - 1 else binomial(left, shares[k, p] / whole)
            whole -= shares[k, p]
            if taken:
                left -= taken
                in_class[k] += taken
                for i in range(1, lists_of[p, 0] + 1):
                    on_list[k, lists_of[p, i]] += taken
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
def log_density(
    lists_of: Ints,
    counts: Ints,
    settings: Floats,
    concentration: float,
    place: Floats,
    slope: Floats,
    weights: Floats,
    inclusion: Floats,
    shares: Floats,
    odds: Floats,
    mass: Floats,
) -> float:
    """Log posterior of the state on the logit scale, the unseen count and the classes of units summed out.

    Args:
        place: Logits, shape (K, L + 1): of the inclusion probabilities, and last of the stick.
        slope: Result: its gradient, same shape. ``weights``, ``inclusion``, ``shares``: results, the state there.
        odds, mass: Room to work in, shapes (L,) and (K,).
    """
    n_classes, n_lists = inclusion.shape
    n_patterns = lists_of.shape[0]
    density = 0.0
    log_off = 0.0
    left = 1.0
    for k in range(n_classes):
        stick = 1.0
        if k < n_classes - 1:
            up = np.exp(min(place[k, n_lists], 40.0))
            stick = up / (1.0 + up)
            density += place[k, n_lists] - (1.0 + concentration) * np.log1p(up)
        weights[k] = left * stick
        left *= 1.0 - stick
        product = 1.0  # of the chances to be off each list: one logarithm a class instead of one a list
        for j in range(n_lists):
            up = np.exp(min(place[k, j], 34.0))
            inclusion[k, j] = up / (1.0 + up)
            product *= 1.0 + up
            density += settings[0] * place[k, j]
            if product > 1e250:
                log_off -= np.log(product)
                product = 1.0
        log_off -= np.log(product)
    density += (settings[0] + settings[1]) * log_off
    class_shares(lists_of, weights, inclusion, shares, odds)
    mass[:] = 0.0
    slope[:] = 0.0
    total = 0
    for p in range(n_patterns - 1):
        whole = 1e-300
        for k in range(n_classes):
            whole += shares[k, p]
        total += counts[p]
        density += counts[p] * np.log(whole)
        scale = counts[p] / whole
        for k in range(n_classes):
            units = scale * shares[k, p]
            mass[k] += units
            for i in range(1, lists_of[p, 0] + 1):
                slope[k, lists_of[p, i]] += units
    unseen = 0.0
    for k in range(n_classes):
        unseen += shares[k, n_patterns - 1]
    seen = max(1.0 - unseen, 1e-300)
    density -= total * np.log(seen)
    after = 0.0
    for k in range(n_classes - 1, -1, -1):
        mass[k] += total / seen * shares[k, n_patterns - 1]
        for j in range(n_lists):
            slope[k, j] += settings[0] - inclusion[k, j] * (mass[k] + settings[0] + settings[1])
        if k < n_classes - 1:
            up = np.exp(min(place[k, n_lists], 40.0))
            stick = up / (1.0 + up)
            slope[k, n_lists] = mass[k] * (1.0 - stick) - stick * after + 1.0 - (1.0 + concentration) * stick
        after += mass[k]
    return float(density)


@compiled
def glide(
    lists_of: Ints,
    counts: Ints,
    settings: Floats,
    weights: Floats,
    inclusion: Floats,
    concentration: float,
    step_size: float,
    n_steps: int,
    place: Floats,
    slope: Floats,
    new_weights: Floats,
    new_inclusion: Floats,
    shares: Floats,
    odds: Floats,
    mass: Floats,
) -> float:
    """One Hamiltonian move of weights and inclusion probabilities; returns its chance of acceptance.

    Gibbs sampling alone creeps, since the unseen count holds the probabilities and they hold it; this move has no
    unseen count. Arguments from ``place`` on are room to work in.
    """
    n_classes, n_lists = inclusion.shape
    left = 1.0
    for k in range(n_classes):
        place[k, n_lists] = 0.0
        if k < n_classes - 1:
            stick = min(max(weights[k] / max(left, 1e-300), 1e-12), 1.0 - 1e-12)
            place[k, n_lists] = np.log(stick / (1.0 - stick))
            left -= weights[k]
        for j in range(n_lists):
            place[k, j] = np.log(inclusion[k, j] / (1.0 - inclusion[k, j]))
    momentum = np.random.standard_normal((n_classes, n_lists + 1))
    momentum[n_classes - 1, n_lists] = 0.0
    start = log_density(
        lists_of, counts, settings, concentration, place, slope, new_weights, new_inclusion, shares, odds, mass
    )
    start -= 0.5 * (momentum * momentum).sum()
    end = start
    for _step in range(n_steps):
        momentum += 0.5 * step_size * slope
        place += step_size * momentum
        end = log_density(
            lists_of, counts, settings, concentration, place, slope, new_weights, new_inclusion, shares, odds, mass
        )
        momentum += 0.5 * step_size * slope
    end -= 0.5 * (momentum * momentum).sum()
    gain = end - start
    if not gain > -700.0:
        return 0.0
    if np.log(np.random.random()) < gain:
        for k in range(n_classes):
            weights[k] = max(new_weights[k], 1e-300)
            for j in range(n_lists):
                inclusion[k, j] = min(max(new_inclusion[k, j], 1e-12), 1.0 - 1e-12)
    return min(1.0, float(np.exp(gain)))


@compiled
def exchange(
    lists_of: Ints,
    ladder: Ints,
    rung: int,
    weights: Floats,
    inclusion: Floats,
    concentration: Floats,
    shares: Floats,
    odds: Floats,
) -> bool:
    """Metropolis' exchange of the states of two neighbouring rungs; whether it was made."""
    class_shares(lists_of, weights[rung], inclusion[rung], shares, odds)
    here = log_conditional(ladder[rung], shares)
    class_shares(lists_of, weights[rung + 1], inclusion[rung + 1], shares, odds)
    there = log_conditional(ladder[rung + 1], shares)
    gain = 0.0
    for p in range(ladder.shape[1]):
        gain += (ladder[rung, p] - ladder[rung + 1, p]) * (there[p] - here[p])
    if not np.log(np.random.random()) < gain:
        return False
    one = weights[rung].copy()
    weights[rung] = weights[rung + 1]
    weights[rung + 1] = one
    other = inclusion[rung].copy()
    inclusion[rung] = inclusion[rung + 1]
    inclusion[rung + 1] = other
    alpha = concentration[rung]
    concentration[rung] = concentration[rung + 1]
    concentration[rung + 1] = alpha
    return True


@compiled
def run_chain(
    lists_of: Ints,
    ladder: Ints,
    settings: Floats,
    n_classes: int,
    burn_in: int,
    draws: int,
    sweeps: int,
    leaps: int,
    seed: int,
    unseen: Ints,
    occupied: Ints,
    swaps: Ints,
    patterns: Floats,
) -> None:
    """A chain on a ladder of tables; the first is the table itself, the others are thinned copies of it.

    States are exchanged between neighbours by Metropolis' rule, so that a state that found another mode on a
    thin table, where modes are shallow, can climb to the whole one. A ladder of one is a plain chain.

    Args:
        lists_of: Shape (P, L + 1), as in :func:`class_shares`. ``ladder``: counts, shape (R, P - 1).
        burn_in: Rounds before the first draw. ``draws``: rounds kept, one draw each.
        sweeps: Gibbs sweeps a round. ``leaps``: steps of the Hamiltonian move of a round; 0 leaves it out.
        unseen: Result, shape (draws,). ``occupied``: result: classes with anybody, shape (draws,).
        swaps: Result: exchanges tried and made between neighbours, shape (R, 2).
        patterns: Result: mean over draws of the fitted units of each observed pattern, shape (P - 1,).
    """
    np.random.seed(seed)
    n_rungs = ladder.shape[0]
    n_patterns, n_lists = lists_of.shape[0], lists_of.shape[1] - 1
    weights = np.empty((n_rungs, n_classes))
    inclusion = np.empty((n_rungs, n_classes, n_lists))
    concentration = np.empty(n_rungs)
    log_step = np.empty(n_rungs)
    shares = np.empty((n_classes, n_patterns))
    in_class = np.empty(n_classes, np.int64)
    on_list = np.empty((n_classes, n_lists), np.int64)
    place = np.empty((n_classes, n_lists + 1))
    slope = np.empty((n_classes, n_lists + 1))
    new_weights = np.empty(n_classes)
    new_inclusion = np.empty((n_classes, n_lists))
    mass = np.empty(n_classes)
    odds = np.empty(n_lists)
    for rung in range(n_rungs):
        concentration[rung] = draw_start(settings, weights[rung], inclusion[rung])
        log_step[rung] = np.log(2.0 / np.sqrt(ladder[rung].sum() + 100.0))
    for step in range(burn_in + draws):
        for rung in range(n_rungs):
            for _sweep in range(sweeps):
                _found, concentration[rung] = sweep(
                    lists_of,
                    ladder[rung],
                    settings,
                    weights[rung],
                    inclusion[rung],
                    concentration[rung],
                    shares,
                    odds,
                    in_class,
                    on_list,
                )
            if leaps > 0:
                chance = glide(
                    lists_of,
                    ladder[rung],
                    settings,
                    weights[rung],
                    inclusion[rung],
                    concentration[rung],
                    np.exp(log_step[rung]) * (0.5 + np.random.random()),
                    leaps,
                    place,
                    slope,
                    new_weights,
                    new_inclusion,
                    shares,
                    odds,
                    mass,
                )
                if step < burn_in:  # tuned before the first draw only
                    log_step[rung] += (chance - 0.8) / (1.0 + step) ** 0.6
        if n_rungs > 1:
            for rung in range(step % 2, n_rungs - 1, 2):
                swaps[rung, 0] += 1
                swaps[rung, 1] += exchange(lists_of, ladder, rung, weights, inclusion, concentration, shares, odds)
        if step >= burn_in:
            kept = step - burn_in
            class_shares(lists_of, weights[0], inclusion[0], shares, odds)
            total = 0
            for p in range(n_patterns - 1):
                total += ladder[0, p]
            share = 0.0
            for k in range(n_classes):
                share += shares[k, n_patterns - 1]
            unseen[kept] = draw_unseen(total, share)
            n_occupied = 0
            for k in range(n_classes):
                n_occupied += in_class[k] > 0 if n_rungs == 1 else weights[0, k] * (total + unseen[kept]) > 0.5
            occupied[kept] = n_occupied
            for p in range(n_patterns - 1):
                for k in range(n_classes):
                    patterns[p] += (total + unseen[kept]) * shares[k, p] / draws
