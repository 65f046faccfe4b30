"""``panah tokens new``: write an agreement, make a shared key, or show a key's fingerprint."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from panah.cli.output import emit, existing_file, json_option
from panah.errors import NotConfigured


@click.command("new")
@click.argument("agreement", type=existing_file(), required=False)
@click.option("--project", default="", help="Name of the project.")
@click.option("--run", default="", help="Name of this run; another run gets other tokens.")
@click.option("--purpose", default="", help="What the result is for, a sentence.")
@click.option("--party", "parties", multiple=True, help="A data holder; say it for each.")
@click.option("--unit", default="", help="Who joins the tokens, without the key; none for two holders alone.")
@click.option("--estimator", default="", help="Who gets the counts.")
@click.option("--rules", type=click.Choice(["people", "incidents"]), default="people", show_default=True)
@click.option(
    "--minimum-cell", type=click.IntRange(1), default=5, show_default=True, help="Smaller counts do not leave."
)
@click.option("--delete-on", "day", metavar="YYYY-MM-DD", help="When key and rows are shredded.")
@click.option("--key", type=existing_file(), metavar="FILE", help="Make a new shared key in this file (mode 0600).")
@click.option(
    "--show", type=existing_file(), metavar="FILE", help="Show the fingerprint of a key, to compare by voice."
)
@json_option
def new_command(
    agreement: Path | None,
    project: str,
    run: str,
    purpose: str,
    parties: tuple[str, ...],
    unit: str,
    estimator: str,
    rules: str,
    minimum_cell: int,
    day: str | None,
    key: Path | None,
    show: Path | None,
    as_json: bool,
) -> None:
    """Write an AGREEMENT (.toml) that every party reads, and, at one of them, the shared key.

    The key goes to the other data holders in person, never by the way the tokens take, and never to a linkage unit.
    """
    from panah.tokens import SharedKey, write_agreement

    if not (agreement or key or show):
        raise NotConfigured("nothing to do", hint="name an AGREEMENT file, --key FILE or --show FILE")
    told: dict[str, Any] = {}
    made = None
    if agreement:
        if agreement.exists():
            raise NotConfigured("this file exists", where=str(agreement), hint="an agreement is not written over")
        made = _agreement(project, run, purpose, parties, unit, estimator, rules, minimum_cell, day)
    if show:
        told["fingerprint"] = SharedKey.load(show).fingerprint
    if key:
        shared = SharedKey.generate()
        shared.save(key)
        told |= {"key": str(key), "fingerprint": shared.fingerprint}
    if agreement and made:
        write_agreement(made, agreement)
        told |= {"agreement": str(agreement), "digest": made.digest, "rules": len(made.rules)}
    if as_json:
        emit(told)
        return
    if agreement:
        click.echo(f"wrote {agreement}: {told['rules']} rules, digest {told['digest'][:16]}")
        click.echo("read it, change it, and give the same file to every party")
    if key:
        click.echo(f"wrote {key}: hand it over in person, to data holders only")
    if "fingerprint" in told:
        click.echo(f"fingerprint {told['fingerprint']}: both sides must read out the same")


def _agreement(
    project: str,
    run: str,
    purpose: str,
    parties: tuple[str, ...],
    unit: str,
    estimator: str,
    rules: str,
    minimum_cell: int,
    day: str | None,
) -> Any:
    from panah.tokens.agreement import Agreement, default_rules, parsed

    made = Agreement(
        project=project,
        run=run,
        purpose=purpose,
        parties=parties,
        linkage_unit=unit,
        estimator=estimator,
        minimum_cell=minimum_cell,
        delete_on=_day(day),
        rules=default_rules(rules),
    )
    import tomllib

    return parsed(tomllib.loads(made.to_toml()), where="agreement")  # the checks are those of a file that is read


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise NotConfigured("not a date", where="--delete-on", hint="write 2027-01-31") from None
