"""Teach the model of the extra ``multilingual`` our tactics: ``src/panah/read/data/tactic_tuning.npz``.

    pip install torch                                       nothing else here needs it, so no group of ours brings it
    python tools/train_read_meaning.py [--without NAME …]   about twenty minutes on two cores

It learns from the sentences of ``train_read_tactics.py`` and ``train_read_stance.py``, those of all languages together: biases,
norms and a factor for each scale of the model (``e5_torch.py``), and over its vectors a logistic model of tactics and one of
answers. ``--without`` leaves authors (``told_tr_1``) or sets (``blind_2``) out, prints how well their sentences are told, and
writes nothing. Sums of many threads are not the same twice, so the file differs a little each time; its figures do not.
"""

from __future__ import annotations

import argparse
import io
import random
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from e5_torch import Encoder, ModelFile, Norm, Scaled
from panah.read import similar
from panah.read.tuning import FILE
from train_read_stance import SETS as SETS_OF_ANSWERS
from train_read_stance import as_lines
from train_read_tactics import DATA, SETS, from_passages, in_passages, invented, report

TIMES, TOGETHER = 3, 48
"""Passes over all sentences, and sentences of one step."""
SHARPNESS = 8.0
"""Vectors of length 1 are drawn out so far before they are weighed."""
RATE_OF_WEIGHTS, RATE_OF_BIASES, RATE_OF_FACTORS = 1e-2, 1e-3, 5e-3
WARMING = 0.1
"""The share of all steps in which the rates rise; then they fall to nothing."""
LARGEST = 127

Model = tuple[Encoder, nn.ModuleList]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing to be told of sentences: its name, the sentences, and what is right of each."""

    name: str
    texts: Sequence[str]
    right: Sequence[str]

    @property
    def answers(self) -> list[str]:
        """All that can be right, in order."""
        return sorted(set(self.right))


Batch = tuple[int, list[int]]
"""The number of a lesson, and of some of its sentences."""


def batches(lengths: Sequence[Sequence[int]], chance: random.Random) -> list[Batch]:
    """Sentences of one lesson and of like length together, in an order of chance."""
    found: list[Batch] = []
    for lesson, tokens in enumerate(lengths):
        order = list(range(len(tokens)))
        chance.shuffle(order)
        for at in range(0, len(order), TOGETHER * 50):
            alike = sorted(order[at : at + TOGETHER * 50], key=lambda each: tokens[each])
            found += [(lesson, alike[start : start + TOGETHER]) for start in range(0, len(alike), TOGETHER)]
    chance.shuffle(found)
    return found


def teach(file: ModelFile, lessons: Sequence[Lesson]) -> Model:
    """The model after :data:`TIMES` passes over all lessons."""
    torch.manual_seed(1)
    chance, encoder = random.Random(1), Encoder(file)
    heads = nn.ModuleList([nn.Linear(file.hidden, len(each.answers)) for each in lessons])
    tokens = [[file.tokens(text) for text in each.texts] for each in lessons]
    right = [torch.tensor([each.answers.index(one) for one in each.right]) for each in lessons]
    lengths = [[len(each) for each in some] for some in tokens]
    optimizer, schedule = _rates(encoder, heads, TIMES * len(batches(lengths, random.Random(1))))
    encoder.train()
    for time in range(TIMES):
        losses = []
        for lesson, numbers in batches(lengths, chance):
            sums = heads[lesson](encoder([tokens[lesson][each] for each in numbers]) * SHARPNESS)
            loss = F.cross_entropy(sums, right[lesson][numbers])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([each for group in optimizer.param_groups for each in group["params"]], 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"pass {time + 1} of {TIMES}: mean loss {np.mean(losses):.3f}", flush=True)
    return encoder.eval(), heads


def _rates(
    encoder: Encoder, heads: nn.ModuleList, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """What is learned how fast: rates rise, then fall to nothing."""
    for head in heads:
        nn.init.zeros_(head.weight)
    factors = [each.factor for each in encoder.modules() if isinstance(each, Scaled)]
    biases = [each for name, each in encoder.named_parameters() if not name.endswith(".factor")]
    rates = ((list(heads.parameters()), RATE_OF_WEIGHTS), (biases, RATE_OF_BIASES), (factors, RATE_OF_FACTORS))
    optimizer = torch.optim.AdamW([{"params": some, "lr": rate} for some, rate in rates], weight_decay=0.0)
    rising = WARMING * steps
    return optimizer, torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(1e-3, min(1.0, step / rising) * (1 - step / steps))
    )


def write(file: ModelFile, model: Model, lessons: Sequence[Lesson]) -> Path:
    """Write what was taught; the time of writing is not in it."""
    encoder, heads = model
    plain, moves, scaled, factors, steps = [], [], [], [], []
    for name, module in _named(encoder):
        for part, parameter in (("w", getattr(module, "weight", None)), ("b", module.bias)):
            if parameter is not None:
                plain.append(file.tensors[f"{name}.{part}"])
                moves.append((parameter.detach() - file.numbers(f"{name}.{part}")).numpy())
        if isinstance(module, Scaled):
            values = module.factor.detach().flatten().numpy()
            steps.append(max(float(np.abs(values).max()), 1e-9) / LARGEST)
            scaled.append(file.tensors[f"{name}.w"])
            factors.append(np.round(values / steps[-1]).astype(np.int8))
    arrays = {
        "plain_offsets": np.array([each.offset for each in plain]),
        "plain_counts": np.array([each.count for each in plain]),
        "moves": np.concatenate(moves).astype(np.float16),
        "scaled_offsets": np.array([each.offset for each in scaled]),
        "scaled_counts": np.array([each.count // 32 for each in scaled]),
        "steps": np.array(steps, dtype=np.float32),
        "factors": np.concatenate(factors),
    }
    for lesson, head in zip(lessons, heads, strict=True):
        arrays[f"{lesson.name}s"] = np.array(lesson.answers, dtype="U40")
        arrays[f"{lesson.name}_weights"] = (head.weight.detach() * SHARPNESS).numpy().astype(np.float16)
        arrays[f"{lesson.name}_bias"] = head.bias.detach().numpy()
    with zipfile.ZipFile(DATA / FILE, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            held = io.BytesIO()
            np.save(held, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), held.getvalue(), zipfile.ZIP_DEFLATED)
    return DATA / FILE


def _named(encoder: Encoder) -> list[tuple[str, Norm | Scaled]]:
    """Every part that was taught, with its name in the model file."""
    found: list[tuple[str, Norm | Scaled]] = [("emb.ln", encoder.norm)]
    for layer in encoder.layers:
        for parts in (layer.linear, layer.norms):
            found += [(f"{layer.name}.{name}", module) for name, module in parts.items()]
    return found


def main(without: Sequence[str]) -> None:
    """Teach and write; or teach without some, and report on those."""
    everything = [*invented(), *in_passages()]
    kept = [each for each in everything if each.author not in without]
    kept += from_passages([each for each in SETS if each not in without])
    answers = list(as_lines([each for each in SETS_OF_ANSWERS if each not in without]))
    lessons = [
        Lesson("tactic", [each.text for each in kept], [each.tactic for each in kept]),
        Lesson("answer", [each for each, _ in answers], [each for _, each in answers]),
    ]
    file = ModelFile(similar.checked_model())
    model = teach(file, lessons)
    if not without:
        path = write(file, model, lessons)
        print(f"{len(kept)} sentences, {len(answers)} answers, {path.name}: {path.stat().st_size:,} bytes")
    encoder, (told_by, _) = model
    for name in without:
        told = [each for each in everything if each.author == name] or list(from_passages([name]))
        with torch.no_grad():
            sums = [told_by(encoder([file.tokens(each.text)]) * SHARPNESS).softmax(-1)[0].numpy() for each in told]
        report(name, np.array(sums), told, lessons[0].answers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME")
    main(parser.parse_args().without)
