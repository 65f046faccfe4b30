"""Compiled kernels; private. Each has a plain NumPy twin in ``tests/estimate`` that must give the same numbers.

A term of a log-linear model is a bit mask of lists (0 is the intercept); a cell is a bit mask too, and the design
is never built: a term acts on a cell when the cell holds all its lists. Work depends on cells, never on units.
Compiled once and kept beside the package, or in the user's cache, or only in memory where neither can be written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Compiled = TypeVar("Compiled", bound=Callable[..., Any])
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAX_STEPS: Final = 60
TOLERANCE: Final = 1e-10
FIT_FOUND: Final = 0
FIT_SINGULAR: Final = 1
FIT_UNCERTAIN: Final = 2


def compiled(function: Compiled) -> Compiled:
    """Compile on first call and keep the result on disk where that is possible."""
    try:
        kept: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # read-only installation and no home: no place to keep it
        kept = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("Compiled", kept)


@compiled
def cholesky_solve(matrix: Floats, right: Floats, size: int) -> bool:
    """Solve in place for a positive definite ``matrix`` (its leading ``size`` rows); False when it is singular."""
    for j in range(size):
        start = matrix[j, j]
        for k in range(j):
            matrix[j, j] -= matrix[j, k] * matrix[j, k]
        if not matrix[j, j] > 1e-11 * start:
            return False
        matrix[j, j] = np.sqrt(matrix[j, j])
        for i in range(j + 1, size):
            for k in range(j):
                matrix[i, j] -= matrix[i, k] * matrix[j, k]
            matrix[i, j] /= matrix[j, j]
    for i in range(size):
        for k in range(i):
            right[i] -= matrix[i, k] * right[k]
        right[i] /= matrix[i, i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            right[i] -= matrix[k, i] * right[k]
        right[i] /= matrix[i, i]
    return True


@compiled
def poisson_fit(
    cells: Ints,
    counts: Floats,
    offset: Floats,
    terms: Ints,
    theta: Floats,
    fitted: Floats,
    hint: bool,
) -> tuple[int, float]:
    """Maximise a Poisson log-linear likelihood by Newton's method.

    Args:
        cells: Cells that take part, shape (C,).
        counts: Units in each, shape (C,).
        offset: Added to the log mean of each cell.
        terms: Terms with a finite parameter, shape (P,), P >= 1.
        theta: Result, shape (P,); the start when ``hint``.
        fitted: Result, shape (C,).
        hint: Whether ``theta`` holds a good start.

    Returns:
        Status (found and certified; singular information; did not settle) and log-likelihood without ``log n!``.
    """
    n_cells, size = cells.shape[0], terms.shape[0]
    hessian = np.empty((size, size))
    step = np.empty(size)
    active = np.empty(size, np.int64)
    best = -np.inf
    total = counts.sum()
    trial = theta.copy()
    settled = False
    worst = 0.0
    for iteration in range(MAX_STEPS):
        hessian[:] = 0.0
        step[:] = 0.0
        start = iteration == 0 and not hint
        likelihood = 0.0
        for c in range(n_cells):
            cell = cells[c]
            n_active = 0
            linear = offset[c]
            for j in range(size):
                if cell & terms[j] == terms[j]:
                    active[n_active] = j
                    n_active += 1
                    linear += trial[j]
            if start:  # a weighted least squares step from the data, as usual
                weight = counts[c] + 0.1
                pull = weight * (np.log(weight) - offset[c]) + (counts[c] - weight)
            else:
                weight = np.exp(min(linear, 700.0))
                pull = counts[c] - weight
                likelihood += counts[c] * linear - weight
            fitted[c] = weight
            for a in range(n_active):
                i = active[a]
                step[i] += pull
                for b in range(a + 1):
                    hessian[i, active[b]] += weight
        if not start:
            worst = np.abs(step).max()
            if likelihood < best - 1e-9 * abs(best) - 1e-12:
                for j in range(size):  # too far: halve the last step
                    trial[j] = 0.5 * (trial[j] + theta[j])
                continue
            best = likelihood
            theta[:] = trial
            if worst <= TOLERANCE * (1.0 + total):
                settled = True
                break
        if not cholesky_solve(hessian, step, size):
            return FIT_SINGULAR, best
        if start:
            trial[:] = step
        else:
            trial[:] = theta + step
    # a cell that runs off to 0 leaves about its own size in the slope, so it cannot pass for one that stays above
    if settled and fitted.min() > 1e-6 + 100.0 * worst:
        return FIT_FOUND, best
    return FIT_UNCERTAIN, best


@compiled
def fit_families(
    cells: Ints,
    tables: Floats,
    offset: Floats,
    terms: Ints,
    n_terms: Ints,
    unseen: Floats,
    loglik: Floats,
    statuses: Ints,
) -> None:
    """Fit M models to B tables; terms whose margin is empty are taken as minus infinity and their cells left out.

    Args:
        cells: Shape (C,). ``tables``: shape (B, C). ``offset``: shape (C,).
        terms: Shape (M, P), padded; ``n_terms``: shape (M,).
        unseen: Result: expected units on no list, shape (B, M). ``loglik``: Result, shape (B, M).
        statuses: Result: whether the fit is certified, shape (B, M).
    """
    n_tables, n_cells = tables.shape
    n_models, width = terms.shape
    kept_cells = np.empty(n_cells, np.int64)
    kept_counts = np.empty(n_cells)
    kept_offset = np.empty(n_cells)
    kept_terms = np.empty(width, np.int64)
    for b in range(n_tables):
        for m in range(n_models):
            size = 0
            dead = 0
            n_kept = n_cells
            for j in range(n_terms[m]):
                term = terms[m, j]
                margin = 0.0
                for c in range(n_cells):
                    if cells[c] & term == term:
                        margin += tables[b, c]
                if margin > 0.0:
                    kept_terms[size] = term
                    size += 1
                else:
                    dead += 1
            if dead == 0:
                for c in range(n_cells):
                    kept_cells[c] = cells[c]
                    kept_counts[c] = tables[b, c]
                    kept_offset[c] = offset[c]
            else:
                n_kept = 0
                for c in range(n_cells):
                    alive = True
                    for j in range(n_terms[m]):
                        term = terms[m, j]
                        if cells[c] & term == term:
                            is_kept = False
                            for k in range(size):
                                if kept_terms[k] == term:
                                    is_kept = True
                            if not is_kept:
                                alive = False
                                break
                    if alive:
                        kept_cells[n_kept] = cells[c]
                        kept_counts[n_kept] = tables[b, c]
                        kept_offset[n_kept] = offset[c]
                        n_kept += 1
            theta = np.zeros(size)
            fitted = np.empty(n_kept)
            status, best = poisson_fit(
                kept_cells[:n_kept],
                kept_counts[:n_kept],
                kept_offset[:n_kept],
                kept_terms[:size],
                theta,
                fitted,
                False,
            )
            loglik[b, m] = best
            statuses[b, m] = status
            unseen[b, m] = np.exp(min(theta[0], 600.0))


@compiled
def poisson_density(
    design: Floats, counts: Floats, precision: Floats, theta: Floats, slope: Floats, means: Floats
) -> float:
    """Log posterior of a Poisson log-linear model with independent normal priors; its gradient goes to ``slope``."""
    n_cells, size = design.shape
    density = 0.0
    for j in range(size):
        density -= 0.5 * precision[j] * theta[j] * theta[j]
        slope[j] = -precision[j] * theta[j]
    for c in range(n_cells):
        linear = 0.0
        for j in range(size):
            linear += design[c, j] * theta[j]
        means[c] = np.exp(min(linear, 700.0))
        density += counts[c] * linear - means[c]
        for j in range(size):
            slope[j] += design[c, j] * (counts[c] - means[c])
    return density


@compiled
def poisson_chain(
    design: Floats,
    counts: Floats,
    precision: Floats,
    mode: Floats,
    scale: Floats,
    burn_in: int,
    draws: int,
    leaps: int,
    seed: int,
    theta: Floats,
) -> float:
    """One Hamiltonian chain in coordinates ``theta = mode + scale @ z``; returns the share of moves accepted.

    Args:
        design: Shape (C, P). ``counts``: shape (C,). ``precision``: of the priors, shape (P,).
        mode: Where the posterior is highest. ``scale``: shape (P, P); the start lies two units around the mode.
        theta: Result, shape (draws, P).
    """
    np.random.seed(seed)
    n_cells, size = design.shape
    means = np.empty(n_cells)
    slope = np.empty(size)
    z = np.empty(size)
    z[:] = 2.0 * np.random.standard_normal(size)
    here = mode + scale @ z
    density = poisson_density(design, counts, precision, here, slope, means)
    pull = scale.T @ slope
    log_step = np.log(0.3)
    accepted = 0
    for round_number in range(burn_in + draws):
        step_size = np.exp(log_step) * (0.7 + 0.6 * np.random.random())
        momentum = np.empty(size)
        momentum[:] = np.random.standard_normal(size)
        start = density - 0.5 * (momentum @ momentum)
        new_z, new_pull, new_density = z.copy(), pull.copy(), density
        for _leap in range(leaps):
            momentum = momentum + 0.5 * step_size * new_pull
            new_z = new_z + step_size * momentum
            there = mode + scale @ new_z
            new_density = poisson_density(design, counts, precision, there, slope, means)
            new_pull = scale.T @ slope
            momentum = momentum + 0.5 * step_size * new_pull
        gain = new_density - 0.5 * (momentum @ momentum) - start
        chance = min(1.0, float(np.exp(gain))) if gain > -700.0 else 0.0
        if np.random.random() < chance:
            z, pull, density = new_z, new_pull, new_density
            if round_number >= burn_in:
                accepted += 1
        if round_number < burn_in:
            log_step += (chance - 0.8) / (1.0 + round_number) ** 0.6
        else:
            theta[round_number - burn_in] = mode + scale @ z
    return accepted / draws
