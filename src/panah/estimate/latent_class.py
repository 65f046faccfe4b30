"""Bayesian nonparametric latent classes: units differ in how visible they are, and within a class lists are independent.

A stick-breaking mixture of product-Bernoulli classes (Manrique-Vallier). Gibbs sampling over units alone creeps, so each
round adds a Hamiltonian move in which the unseen and the classes are summed out; and when chains disagree, they are run
again on a ladder of thinned tables whose states are exchanged, so that they change modes. If that does not help
either, the answer is flagged.

Source:
    Manrique-Vallier (2016), Biometrics 72(4), 1246-1254.
    Geyer (1991), Computing Science and Statistics 23, 156-163 (exchange of states between chains).
    Neal (2011), Handbook of Markov Chain Monte Carlo, chapter 5 (Hamiltonian moves).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from panah.errors import NotConfigured
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

from .answer import Answer, within_belief
from .diagnostics import Convergence, convergence

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASSUMPTION: Final = gettext_noop(
    "units fall into a few kinds, and within a kind being on one list says nothing about being on another"
)
LADDER_FACTOR: Final = 0.7
"""Share of its units that the next thinner table keeps; exchanges are then made one time in five or more."""
LADDER_END: Final = 40
"""Units of the thinnest table: there the prior is as strong as the table and modes have no walls."""
LADDER_SHARE: Final = 0.5
"""Rounds on a ladder cost as many times more as it has rungs; this share of those asked for is made, with a quarter of the leaps."""
MOST_LEAPS: Final = 40
LEAST_LEAPS: Final = 8
LEAP_WORK: Final = 100_000
"""Steps of a Hamiltonian move, times patterns, times classes: with many patterns a move is shorter, not slower."""
STRICT_R_HAT: Final = 1.01
LADDERS: Final = ("never", "auto", "always")
BOUND_SHARE: Final = 0.001


def estimate_latent_class(
    table: OverlapTable,
    *,
    seed: int,
    level: float,
    classes: int = 10,
    draws: int = 8000,
    burn_in: int = 1500,
    chains: int = 4,
    inclusion_prior: tuple[float, float] = (1.0, 1.0),
    concentration_prior: tuple[float, float] = (0.25, 0.25),
    sweeps: int = 1,
    leaps: int | None = None,
    ladder: Literal["auto", "never", "always"] = "auto",
) -> Answer:
    """Posterior of the population size under latent classes, prior 1/N on the size.

    Not to be used when being on one list *prevents* being on another (referrals): classes make dependence positive.

    Args:
        table: Two lists or more; the work depends on the distinct patterns, never on the units.
        seed: Same seed, same draws.
        level: Of the credible interval (equal tails).
        classes: Where the stick-breaking is cut; more than are ever occupied.
        draws: Draws a chain. ``burn_in``: rounds before the first.
        chains: Chains, started apart.
        inclusion_prior: Beta prior of each class' inclusion probabilities.
        concentration_prior: Shape and rate of the gamma prior of the concentration.
        sweeps: Gibbs sweeps a round. ``leaps``: steps of its Hamiltonian move; by default 40, fewer where patterns are many.
        ladder: ``auto`` repeats on a ladder of thinned tables when plain chains do not settle.

    Returns:
        Median as the point, draws of shape (chains, draws); ``not_converged`` when R-hat is above 1.05 (1.01 when plain
        chains had disagreed) or an effective size below 400; ``prior_bound`` when draws reached the largest count that can be kept.

    Source:
        Manrique-Vallier (2016), Biometrics 72(4), 1246-1254.
    """
    import numpy as np

    _check(classes, draws, burn_in, chains, inclusion_prior, concentration_prior, ladder)
    if leaps is None:
        leaps = max(min(MOST_LEAPS, LEAP_WORK // (len(table.counts) * classes)), LEAST_LEAPS)
    sampler = Sampler(table, classes, (*inclusion_prior, *concentration_prior), sweeps, leaps)
    run = sampler.run([table.n_observed], chains, burn_in, draws, seed) if ladder != "always" else None
    plain = run.convergence if run is not None else None
    if run is None or (ladder == "auto" and not run.convergence.is_settled):
        rungs = ladder_sizes(table.n_observed)
        fewer = max(int(draws * LADDER_SHARE), 4), max(int(burn_in * LADDER_SHARE), 4)
        run = sampler.run(rungs, chains, fewer[1], fewer[0], seed + 1, leaps=max(leaps // 4, 1))
    sizes = run.unseen + table.n_observed
    lower, median, upper = np.quantile(sizes, [(1 - level) / 2, 0.5, (1 + level) / 2])
    # chains that disagreed before the ladder have several modes to visit: they must agree better than usual
    settled = run.convergence.is_settled and (
        plain is None or len(run.rungs) == 1 or run.convergence.r_hat <= STRICT_R_HAT
    )
    flags = set() if settled else {Flag.NOT_CONVERGED}
    at_end = float((run.unseen >= sampler.largest).mean())
    if at_end > BOUND_SHARE:
        flags.add(Flag.PRIOR_BOUND)
    return Answer(
        float(median),
        float(lower),
        float(upper),
        f"latent classes, at most {classes}, {float(run.occupied.mean()):.1f} occupied on average",
        ASSUMPTION,
        median=float(median),
        mean=float(sizes.mean()),
        flags=frozenset(flags),
        diagnostics={
            **run.convergence.as_dict(),
            "classes_occupied": float(run.occupied.mean()),
            "share_with_all_classes_occupied": float((run.occupied == classes).mean()),
            "ladder": run.rungs,
            "exchanges_made": run.exchanges,
            "chain_medians": [within_belief(float(one), table.n_observed) for one in np.median(sizes, axis=1)],
            "share_at_largest_count": at_end,
            **({"without_ladder": plain.as_dict()} if plain is not None and len(run.rungs) > 1 else {}),
        },
        settings={
            "classes": classes,
            "draws": draws,
            "burn_in": burn_in,
            "chains": chains,
            "inclusion_prior": list(inclusion_prior),
            "concentration_prior": list(concentration_prior),
            "sweeps": sweeps,
            "leaps": leaps,
            "ladder": ladder,
        },
        fitted=dict(zip(sampler.patterns, run.fitted.tolist(), strict=True)),
        draws=sizes,
    )


@dataclass(frozen=True)
class Run:
    """Several chains on one ladder."""

    unseen: npt.NDArray[np.int64] = field(repr=False)
    """Shape (chains, draws)."""
    occupied: npt.NDArray[np.int64] = field(repr=False)
    fitted: npt.NDArray[np.float64] = field(repr=False)
    rungs: list[int]
    exchanges: list[float]
    """Share of exchanges made between neighbouring rungs."""
    convergence: Convergence


class Sampler:
    """The compiled sampler, for one table and one prior."""

    def __init__(
        self, table: OverlapTable, classes: int, prior: tuple[float, float, float, float], sweeps: int, leaps: int
    ) -> None:
        import numpy as np

        from .latent_kernels import LARGEST_UNSEEN

        self.largest = int(LARGEST_UNSEEN)
        self.patterns = list(table.counts)
        self._lists_of = np.zeros((len(self.patterns) + 1, table.n_lists + 1), np.int64)
        for row, pattern in zip(self._lists_of, self.patterns, strict=False):
            inside = [index for index in range(table.n_lists) if pattern >> index & 1]
            row[0] = len(inside)
            row[1 : len(inside) + 1] = inside
        self._counts = np.array(list(table.counts.values()), np.int64)
        self._prior = np.array(prior, float)
        self._classes, self._sweeps, self._leaps = classes, sweeps, leaps

    def run(self, rungs: list[int], chains: int, burn_in: int, draws: int, seed: int, leaps: int | None = None) -> Run:
        """Run the chains, each in a thread of its own; the numbers do not depend on how many threads there are."""
        import numpy as np

        from .latent_kernels import run_chain

        n_leaps = self._leaps if leaps is None else leaps
        share = np.array(rungs, float) / self._counts.sum()
        thinned = np.rint(share[:, None] * self._counts[None, :]).astype(np.int64)
        unseen, occupied = np.zeros((chains, draws), np.int64), np.zeros((chains, draws), np.int64)
        swaps = np.zeros((chains, len(rungs), 2), np.int64)
        fitted = np.zeros((chains, len(self._counts)))
        seeds = np.random.SeedSequence(seed).generate_state(chains)

        def one(chain: int) -> None:
            run_chain(
                self._lists_of, thinned, self._prior, self._classes, burn_in, draws, self._sweeps, n_leaps,
                int(seeds[chain]), unseen[chain], occupied[chain], swaps[chain], fitted[chain],
            )  # fmt: skip

        with ThreadPoolExecutor(min(chains, os.cpu_count() or 1)) as pool:
            list(pool.map(one, range(chains)))
        tried = swaps.sum(axis=0)[:-1]
        made = (tried[:, 1] / np.maximum(tried[:, 0], 1)).tolist()
        return Run(unseen, occupied, fitted.mean(axis=0), rungs, made, convergence(unseen))


def ladder_sizes(n_observed: int) -> list[int]:
    """Units of the tables of a ladder, the whole one first."""
    sizes = [n_observed]
    while sizes[-1] * LADDER_FACTOR > LADDER_END:
        sizes.append(round(sizes[-1] * LADDER_FACTOR))
    return sizes


def _check(
    classes: int,
    draws: int,
    burn_in: int,
    chains: int,
    inclusion_prior: tuple[float, float],
    concentration_prior: tuple[float, float],
    ladder: str,
) -> None:
    where = "method latent_class"
    if classes < 2 or draws < 100 or burn_in < 1 or chains < 1:
        raise NotConfigured("classes must be from 2, draws from 100, burn-in and chains from 1", where=where)
    if min(*inclusion_prior, *concentration_prior) <= 0:
        raise NotConfigured("the prior's numbers must be above 0", where=where, hint="write 1 and 1, or 0.25 and 0.25")
    if ladder not in LADDERS:
        raise NotConfigured(f"no ladder {ladder}", where=where, hint="choose auto, never or always")
