"""What ArviZ makes of our draws, and our diagnostics beside its own (slow to import, hence apart)."""

import warnings

import numpy as np
import pytest
from estimate_tables import INVENTED

from panah import estimate
from panah.estimate.diagnostics import convergence

pytestmark = pytest.mark.slow


def test_draws_as_inference_data() -> None:
    answer = estimate.fit(INVENTED, "latent_class", seed=1, draws=300, burn_in=100, ladder="never")
    data = answer.to_inference_data()
    assert dict(data.posterior.sizes) == {"chain": 4, "draw": 300}
    assert (data.posterior["population_size"] - data.posterior["n_unobserved"] == INVENTED.n_observed).all()
    assert data.attrs["hash"] == INVENTED.digest
    assert data.attrs["method"] == "latent_class"


@pytest.mark.parametrize("kind", ["independent", "sticky", "apart"])
def test_r_hat_and_effective_sizes_agree_with_arviz(kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import arviz as az
    rng = np.random.default_rng(3)
    draws = rng.normal(size=(4, 600))
    if kind == "sticky":
        for step in range(1, 600):
            draws[:, step] = 0.9 * draws[:, step - 1] + 0.4 * draws[:, step]
    if kind == "apart":
        draws[0] += 2.0
    ours = convergence(draws)
    assert ours.r_hat == pytest.approx(float(az.rhat(draws)), rel=1e-6)
    assert ours.ess_bulk == pytest.approx(float(az.ess(draws)), rel=0.02)
    assert ours.ess_tail == pytest.approx(float(az.ess(draws, method="tail")), rel=0.05)
    assert ours.is_settled == (kind == "independent")
