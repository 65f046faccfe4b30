"""All pairs with weak priors, the pairs whose interaction stands out kept, the rest left out, and fitted again.

Source:
    Silverman (2020), Journal of the Royal Statistical Society A 183(3), 691-736.
    Neal (2011), Handbook of Markov Chain Monte Carlo, chapter 5 (Hamiltonian moves, here in the Laplace metric).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from panah.errors import NotConfigured
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

from .answer import Answer
from .cells import all_cells, cell_counts
from .diagnostics import Convergence, convergence
from .models import Terms, by_size, independence, long_name, short_name

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASSUMPTION: Final = gettext_noop(
    "the lists depend on each other only in pairs, and only in the pairs whose interaction stands out"
)
MAIN_SD: Final = 100.0
"""Of the intercept and the lists: flat for all that a count can be."""
LEAPS: Final = 12
LAPLACE_STEPS: Final = 200


def estimate_bayes_threshold(
    table: OverlapTable,
    *,
    seed: int,
    level: float,
    threshold: float = 2.0,
    interaction_sd: float = 1.0,
    draws: int = 2000,
    burn_in: int = 500,
    chains: int = 4,
) -> Answer:
    """Posterior of the population size under a Poisson log-linear model of the pairs that stand out.

    Args:
        table: Three to eight lists.
        seed: Same seed, same draws.
        level: Of the credible interval (equal tails).
        threshold: A pair is kept when its interaction's posterior mean is at least so many posterior standard
            deviations from 0.
        interaction_sd: Of the normal prior of each interaction.
        draws: Draws a chain. ``burn_in``: before the first; ``chains``: chains.

    Returns:
        Median as the point, draws of shape (chains, draws) of the recorded and a Poisson number of unseen units;
        ``not_converged`` also where a pair lies so near the threshold that another seed may decide otherwise.

    Source:
        Silverman (2020), JRSS A 183(3), section 4.
    """
    import numpy as np

    if threshold < 0 or not interaction_sd > 0 or draws < 100 or burn_in < 1 or chains < 1:
        raise NotConfigured(
            "a number is out of range", where="method bayes_threshold", hint="threshold from 0, sd above"
        )
    cells, counts = all_cells(table.n_lists), cell_counts(table)
    pairs = [1 << a | 1 << b for a, b in itertools.combinations(range(table.n_lists), 2)]
    seeds = np.random.SeedSequence(seed).generate_state(2)
    full = _sample(cells, counts, by_size([*independence(table.n_lists), *pairs]), interaction_sd,
                   draws, burn_in, chains, int(seeds[0]))  # fmt: skip
    strength = {pair: full.strength(pair) for pair in pairs}
    kept = [pair for pair, value in strength.items() if abs(value) >= threshold]
    terms = by_size([*independence(table.n_lists), *kept])
    final = _sample(cells, counts, terms, interaction_sd, draws, burn_in, chains, int(seeds[1]))
    rng = np.random.default_rng(int(seeds[1]))
    unseen = rng.poisson(np.exp(np.minimum(final.theta[:, :, 0], 40.0)))
    sizes = unseen + table.n_observed
    lower, median, upper = (float(q) for q in np.quantile(sizes, [(1 - level) / 2, 0.5, (1 + level) / 2]))
    settled = convergence(sizes)
    # a pair so near the threshold that another seed may decide otherwise: the draws do not settle the model
    undecided = [pair for pair in pairs if abs(abs(strength[pair]) - threshold) < full.error(pair)]
    is_settled = settled.is_settled and full.settled.is_settled and not undecided
    flags = set() if is_settled else {Flag.NOT_CONVERGED}
    means = np.exp(_linear(cells, terms, final.theta.reshape(-1, len(terms)))).mean(axis=0)
    return Answer(
        median,
        lower,
        upper,
        f"log-linear {short_name(terms)} by posterior threshold, interactions: {long_name(terms, table.lists)}",
        ASSUMPTION,
        median=median,
        mean=float(sizes.mean()),
        flags=frozenset(flags),
        diagnostics={
            **settled.as_dict(),
            "model": short_name(terms),
            "pairs": [
                {
                    "pair": list(table.names_of(pair)),
                    "mean_over_sd": strength[pair],
                    "kept": pair in kept,
                    "undecided": pair in undecided,
                }
                for pair in pairs
            ],
            "acceptance": final.acceptance,
        },
        settings={
            "threshold": threshold,
            "interaction_sd": interaction_sd,
            "draws": draws,
            "burn_in": burn_in,
            "chains": chains,
        },
        fitted=dict(zip(cells.tolist(), means.tolist(), strict=True)),
        draws=sizes,
    )


@dataclass(frozen=True)
class _Posterior:
    terms: Terms
    theta: npt.NDArray[np.float64] = field(repr=False)
    """Shape (chains, draws, terms)."""
    acceptance: float
    settled: Convergence

    def strength(self, term: int) -> float:
        """Posterior mean of a term over its standard deviation."""
        values = self.theta[:, :, self.terms.index(term)]
        return float(values.mean() / values.std())

    def error(self, term: int) -> float:
        """Three Monte Carlo standard errors of :meth:`strength`, by the delta method for a mean over its deviation."""
        effective = max(1.0, convergence(self.theta[:, :, self.terms.index(term)]).ess_bulk)
        return float(3 * ((1 + self.strength(term) ** 2 / 2) / effective) ** 0.5)


def _sample(
    cells: npt.NDArray[np.int64],
    counts: npt.NDArray[np.float64],
    terms: Terms,
    interaction_sd: float,
    draws: int,
    burn_in: int,
    chains: int,
    seed: int,
) -> _Posterior:
    """Draws of the parameters: Hamiltonian moves in the metric of the posterior's curvature at its mode."""
    import numpy as np

    from .existence import design_matrix
    from .kernels import poisson_chain

    precision = np.array([interaction_sd**-2 if term.bit_count() > 1 else MAIN_SD**-2 for term in terms])
    design = design_matrix(cells, terms)
    mode, curvature = _mode(design, counts, precision)
    scale = np.linalg.inv(np.linalg.cholesky(curvature)).T  # theta = mode + scale @ z has unit curvature
    theta = np.empty((chains, draws, len(terms)))
    acceptance = np.empty(chains)
    for chain, one in enumerate(np.random.SeedSequence(seed).generate_state(chains)):
        acceptance[chain] = poisson_chain(
            design, counts, precision, mode, scale, burn_in, draws, LEAPS, int(one), theta[chain]
        )
    return _Posterior(terms, theta, float(acceptance.mean()), convergence(theta[:, :, 0]))


def _mode(
    design: npt.NDArray[np.float64], counts: npt.NDArray[np.float64], precision: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The posterior's mode by damped Newton steps, and its curvature there."""
    import numpy as np

    start = np.log(counts + 0.5)
    weights = counts + 0.5
    curvature = design.T @ (weights[:, None] * design) + np.diag(precision)
    theta = np.asarray(np.linalg.solve(curvature, design.T @ (weights * start)), dtype=np.float64)

    def density(place: npt.NDArray[np.float64]) -> float:
        linear = np.minimum(design @ place, 700.0)
        return float(counts @ linear - np.exp(linear).sum() - 0.5 * precision @ place**2)

    here = density(theta)
    for _step in range(LAPLACE_STEPS):
        means = np.exp(np.minimum(design @ theta, 700.0))
        curvature = design.T @ (means[:, None] * design) + np.diag(precision)
        slope = design.T @ (counts - means) - precision * theta
        step = np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64)
        size = 1.0
        while density(theta + size * step) < here and size > 1e-8:
            size /= 2
        theta = np.asarray(theta + size * step, dtype=np.float64)
        before, here = here, density(theta)
        if here - before < 1e-12 * abs(here):
            break
    means = np.exp(design @ theta)
    return theta, design.T @ (means[:, None] * design) + np.diag(precision)


def _linear(cells: npt.NDArray[np.int64], terms: Terms, theta: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    import numpy as np

    from .existence import design_matrix

    return np.asarray(theta @ design_matrix(cells, terms).T, dtype=np.float64)
