"""``panah tokens match``: a linkage unit joins token files, or two holders intersect their sets in three messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from panah.cli.output import emit, existing_file, json_option, progress, read_bytes
from panah.errors import NotConfigured

if TYPE_CHECKING:
    from panah.tokens import Agreement, TokenFile

STATE_BYTES: Final = 1000


@click.command("match")
@click.argument("files", nargs=-1, required=True, type=existing_file(), metavar="TOKENS…")
@click.option("--agreement", "agreement_file", type=existing_file(), required=True, help="The agreed file.")
@click.option(
    "--out", type=existing_file(), required=True, metavar="FILE", help="Links, message or common tokens to write."
)
@click.option(
    "--psi", type=click.Choice(["ask", "answer", "learn"]), help="A step of set intersection; one TOKENS file."
)
@click.option("--message", type=existing_file(), metavar="FILE", help="What the other side sent (answer, learn).")
@click.option(
    "--state", type=existing_file(), metavar="FILE", help="The asker's secret (ask writes it, learn reads it)."
)
@click.option(
    "--key", "key_file", type=existing_file(), help="At a holder: check that the files were made with this key."
)
@json_option
def match_command(
    files: tuple[Path, ...],
    agreement_file: Path,
    out: Path,
    psi: str | None,
    message: Path | None,
    state: Path | None,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Join TOKENS files of all parties into links with weights; or, with --psi, take part in a set intersection.

    \b
    --psi ask     mine.parquet --state secret.psi --out question.psi
    --psi answer  theirs.parquet --message question.psi --out answer.psi
    --psi learn   mine.parquet --state secret.psi --message answer.psi --out common.parquet
    then, at the other side:  match theirs.parquet common.parquet --out links.parquet
    """
    from panah.tokens import SharedKey, read_agreement, read_tokens

    agreement = read_agreement(agreement_file)
    _check_out(out, [*files, agreement_file, *(path for path in (message, state, key_file) if path)])
    key = SharedKey.load(key_file).run_key(agreement.project, agreement.run) if key_file else None
    read = [read_tokens(path, agreement, run_key=key) for path in files]
    if psi:
        if len(read) != 1:
            raise NotConfigured("set intersection takes this side's token file alone", where="TOKENS")
        told = _intersect(psi, read[0], agreement, message, state, out)
    else:
        told = _join(read, agreement, out, as_json)
    if as_json:
        emit(told | {"written": str(out)})
        return
    click.echo(told["said"])
    click.echo(f"wrote {out}")


def _check_out(out: Path, inputs: Sequence[Path]) -> None:
    if out.resolve() in {path.resolve() for path in inputs}:
        raise NotConfigured("this file is read", where="--out", hint="name another one")
    if not out.absolute().parent.is_dir():
        raise NotConfigured("no such folder", where=f"--out {out.parent}", hint="make it first")


def _join(read: Sequence[TokenFile], agreement: Agreement, out: Path, as_json: bool) -> dict[str, Any]:
    from panah.tokens import match, write_links

    with progress("joining tokens", quiet=as_json):
        links = match(read, agreement)
    write_links(links, out)
    said = f"{len(links.links):,} pairs share a token, {len(links.linked):,} are linked"
    return {
        "n_pairs": len(links.links),
        "n_links": len(links.linked),
        "settings": dict(links.settings),
        "said": said,
    }


def _intersect(
    step: str, mine: TokenFile, agreement: Agreement, message: Path | None, state: Path | None, out: Path
) -> dict[str, Any]:
    from panah.home import whole_or_nothing
    from panah.tokens import files, psi

    if len(agreement.parties) != 2:
        raise NotConfigured("set intersection is for two parties", where="agreement", hint="use a linkage unit")
    if step == "ask":
        question, secret = psi.ask(mine, agreement)
        with whole_or_nothing(out) as part:
            part.write_bytes(question)
            psi.write_state(secret, _needed(state, "--state"))
        return {"said": f"asks about {len(set(mine.tokens)):,} tokens; keep the state here, send the question"}
    received = read_bytes(_needed(message, "--message"), at_most=psi.MAX_BYTES)
    if step == "answer":
        reply = psi.answer(mine, received, agreement)
        with whole_or_nothing(out) as part:
            part.write_bytes(reply)
        return {"said": "answered; this side has learnt only how many tokens the other asked about"}
    secret = read_bytes(_needed(state, "--state"), at_most=STATE_BYTES)
    common = psi.learn(mine, secret, received, agreement)
    files.write_common(mine, agreement, common, out)
    rows = len({mine.rows[place] for place in common})
    return {"n_common_tokens": len(common), "n_rows": rows, "said": f"{rows:,} rows have a token that both sides have"}


def _needed(path: Path | None, option: str) -> Path:
    if path is None:
        raise NotConfigured("this step needs a file", where=option, hint="see panah tokens match --help")
    return path
