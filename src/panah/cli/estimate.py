"""``panah estimate``: how many were never recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from panah.errors import NotConfigured

from .output import check_readable, emit, existing_file, json_option, note, progress

if TYPE_CHECKING:
    from panah.errors import NotEstimable
    from panah.estimate import Comparison, Reliability, StrataResult
    from panah.model.overlap import OverlapRecords, OverlapTable

ALL: Final = "all"
REFUSED: Final = 1


@click.command(name="estimate")
@click.argument("table", type=existing_file())
@click.option(
    "--method",
    default="",
    metavar="M|all",
    help="A method, or all; by default loglinear (two lists, or ten and more: chao).",
)
@click.option("--order", type=click.IntRange(2), help="Lists in an interaction at most (loglinear).")
@click.option("--by", metavar="COLUMN", multiple=True, help="Column of stratum labels; may be given again.")
@click.option("--partial-pooling", is_flag=True, help="Draw small strata towards the mean of all (with --by).")
@click.option("--covariate", metavar="COLUMN", multiple=True, help="Covariate, for doubly_robust; may be given again.")
@click.option("--ignore", metavar="COLUMN", multiple=True, help="A column that is neither; may be given again.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Same seed, same numbers.")
@click.option("--draws", type=click.IntRange(100), help="Draws a chain, or resampled tables.")
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="Of the intervals.")
@click.option("--reliability", is_flag=True, help="Ask how far to believe it: hidden lists, merged lists, subsamples.")
@click.option("--figures", type=existing_file(), metavar="DIR", help="Write figures as SVG and Vega-Lite JSON.")
@json_option
def command(table: Path, as_json: bool, **chosen: Any) -> int:
    """Estimate how many units no list recorded, from the overlap of the lists.

    TABLE is a CSV file: columns with 0 and 1, one a list, and a column count; or one row a unit without count.
    Columns that are no lists are named with --by, --covariate or --ignore. TABLE may also be draws.parquet of
    panah link --draws: estimates are then pooled over the draws of the linkage. Methods: chao independence
    loglinear stepwise bayes_threshold decomposable latent_class doubly_robust.

    Exit code 1 when every method that was asked refuses; the reason is told, never a number.
    """
    from panah.model.overlap_draws import is_parquet

    check_readable(table)
    _check_options(chosen, is_parquet(table))
    if chosen["figures"] is not None and chosen["figures"].exists() and not chosen["figures"].is_dir():
        raise NotConfigured("this is no folder", where=str(chosen["figures"]), hint="name a folder for --figures")
    if chosen["reliability"]:
        return _reliability(table, as_json, chosen)
    if chosen["by"]:
        return _by_strata(table, as_json, chosen)
    return _one_table(table, as_json, chosen)


def _check_options(chosen: dict[str, Any], are_draws: bool) -> None:
    """Refuse options that contradict each other, before any work is done."""
    from panah.estimate.methods import entry

    if chosen["method"] not in {"", ALL}:
        method = entry(chosen["method"])
        if chosen["order"] is not None and chosen["method"] != "loglinear":
            raise NotConfigured(f"{chosen['method']} has no order", where="--order", hint="it is for loglinear")
        if chosen["draws"] is not None and not method.draws_setting:
            raise NotConfigured(f"{chosen['method']} draws nothing", where="--draws", hint="leave it out")
    if are_draws and (chosen["by"] or chosen["covariate"] or chosen["ignore"] or chosen["reliability"]):
        raise NotConfigured(
            "draws of a linkage take no strata, covariates or reliability checks",
            where="--by, --covariate, --ignore, --reliability",
            hint="give overlap.csv of the same linkage instead",
        )
    if chosen["partial_pooling"] and not chosen["by"]:
        raise NotConfigured("there are no strata to pool", where="--partial-pooling", hint="name them with --by")


def _one_table(path: Path, as_json: bool, chosen: dict[str, Any]) -> int:
    from panah.estimate import compare
    from panah.estimate.comparing import fitting_methods

    table = _read(path, chosen)
    names = fitting_methods(table) if chosen["method"] == ALL else [_method(table, chosen)]
    fits = len(names) * len(table) if isinstance(table, tuple) else len(names)
    with progress("estimating", total=fits, quiet=as_json) as advance:
        comparison = compare(
            table,
            names,
            seed=chosen["seed"],
            level=chosen["level"],
            settings={name: _settings(name, chosen) for name in names},
            tell=lambda _name: advance(1),
        )
    if chosen["figures"] is not None and comparison.estimates:
        _write_figures(chosen["figures"], comparison)
    if as_json:
        emit(comparison.document())
    else:
        _print_comparison(comparison)
    return 0 if comparison.estimates else REFUSED


def _by_strata(path: Path, as_json: bool, chosen: dict[str, Any]) -> int:
    from panah.estimate import StratifiedTable, fit_strata

    if chosen["method"] == ALL:
        raise NotConfigured("strata take one method", where="--method", hint="name it, or leave out --by")
    strata = StratifiedTable.from_csv(path, chosen["by"], ignore=chosen["ignore"])
    method = _method(strata.pooled(), chosen)
    with progress("estimating each stratum", quiet=as_json):
        result = fit_strata(
            strata,
            method,
            chosen["seed"],
            chosen["level"],
            partial_pooling=chosen["partial_pooling"],
            **_settings(method, chosen),
        )
    if chosen["figures"] is not None and result.total is not None:
        _write_strata_figures(chosen["figures"], result)
    if as_json:
        emit(result.document())
    else:
        _print_strata(result)
    return 0 if result.total is not None else REFUSED


def _print_strata(result: StrataResult) -> None:
    lines = [
        [label, *_numbers(one.population_size, one.lower_bound_only), ", ".join(one.flags) or "none"]
        for label, one in result.estimates.items()
    ]
    lines += [[label, "refused", "", str(one.flag or "")] for label, one in result.refusals.items()]
    if result.total is not None:
        size = result.total.population_size
        lines.append(["total", *_numbers(size, result.total.lower_bound_only), ", ".join(result.total.flags) or "none"])
    _print_columns([result.by, "estimate", "interval", "flags"], lines)
    click.echo("")
    if result.n_unlabelled:
        click.echo(f"{result.n_unlabelled:,} units have no label; labels were imputed.")
    if result.n_conflicting:
        click.echo(f"{result.n_conflicting:,} units have labels that contradict each other; the first column decided.")
    click.echo(result.statement())


def _reliability(path: Path, as_json: bool, chosen: dict[str, Any]) -> int:
    from panah.errors import NotEstimable
    from panah.estimate import reliability
    from panah.model.overlap import OverlapTable

    if chosen["by"] or chosen["covariate"] or chosen["method"] == ALL:
        raise NotConfigured(
            "it takes one table and one method", where="--reliability", hint="leave out --by, --covariate and all"
        )
    table = OverlapTable.from_csv(path, ignore=chosen["ignore"])
    method = _method(table, chosen)
    with progress("hiding, merging and thinning lists", quiet=as_json) as advance:
        settings = _settings(method, chosen)
        try:
            result = reliability(table, method, chosen["seed"], chosen["level"], tell=advance, **settings)
        except NotEstimable as refusal:
            return _refused(table, method, refusal, as_json)
    if chosen["figures"] is not None:
        _write_specs(chosen["figures"], result.figures())
    if as_json:
        emit(result.document())
    else:
        _print_reliability(result)
    return 0


def _refused(table: OverlapTable, method: str, refusal: NotEstimable, as_json: bool) -> int:
    """Tell a method's no as :func:`panah.estimate.compare` does."""
    from panah.estimate import Comparison, Refusal
    from panah.estimate.answer import flag_of

    comparison = Comparison(table, (), (Refusal(method, flag_of(refusal), str(refusal)),))
    if as_json:
        emit(comparison.document())
    else:
        _print_comparison(comparison)
    return REFUSED


def _print_reliability(result: Reliability) -> None:
    groups = (
        ("list hidden", result.hidden_lists),
        ("without", result.without_list),
        ("merged", result.merged_lists),
        ("share of units", result.subsamples),
    )
    lines = []
    for title, checks in groups:
        for one in checks:
            interval = "" if one.lower is None else f"{one.lower:,.0f} to {_end(one.upper)}"
            truth = "" if one.known is None else f"{one.known:,}"
            point = "refused" if one.point is None else f"{one.point:,.0f}"
            lines.append([title, one.what, point, interval, truth])
    _print_columns(["check", "of", "estimate", "interval", "truth"], lines)
    click.echo("")
    click.echo(result.statement())


def _write_strata_figures(folder: Path, result: StrataResult) -> None:
    from dataclasses import replace

    from panah.estimate import figures

    rows = [replace(one, method=label) for label, one in result.estimates.items()]
    specs = {"overlap": figures.overlap_figure(result.pooled)}
    if rows:
        specs["strata"] = figures.interval_figure(rows, title=f"how many in all, by {result.by}")
    _write_specs(folder, specs)


def _read(path: Path, chosen: dict[str, Any]) -> OverlapTable | OverlapRecords | tuple[OverlapTable, ...]:
    from panah.model.overlap import OverlapRecords, OverlapTable
    from panah.model.overlap_draws import is_parquet, read_draws

    if is_parquet(path):
        return read_draws(path)
    if chosen["covariate"]:
        return OverlapRecords.from_csv(path, chosen["covariate"], ignore=chosen["ignore"])
    return OverlapTable.from_csv(path, ignore=chosen["ignore"])


def _method(table: OverlapTable | OverlapRecords | tuple[OverlapTable, ...], chosen: dict[str, Any]) -> str:
    from panah.estimate.comparing import representative
    from panah.estimate.loglinear import SELECT_LISTS
    from panah.estimate.methods import entry

    if chosen["method"]:
        entry(chosen["method"])
        return str(chosen["method"])
    if chosen["covariate"]:
        return "doubly_robust"
    n_lists = sum(size > 0 for size in representative(table).list_sizes.values())
    return "loglinear" if 2 < n_lists <= SELECT_LISTS else "chao"


def _settings(name: str, chosen: dict[str, Any]) -> dict[str, Any]:
    from panah.estimate.methods import entry

    settings: dict[str, Any] = {}
    if chosen["order"] is not None and name == "loglinear":
        settings["order"] = chosen["order"]
    if chosen["draws"] is not None and entry(name).draws_setting:
        settings[entry(name).draws_setting] = chosen["draws"]
    return settings


def _print_comparison(comparison: Comparison) -> None:
    lines = [
        [one.method, *_numbers(one.population_size, one.lower_bound_only), ", ".join(one.flags) or "none"]
        for one in comparison.estimates
    ]
    lines += [[one.method, "refused", "", str(one.flag or "")] for one in comparison.refusals]
    _print_columns(["method", "estimate", f"{_level(comparison)} interval", "flags"], lines)
    click.echo("")
    click.echo(comparison.statement())


def _level(comparison: Comparison) -> str:
    return f"{comparison.estimates[0].population_size.level:.0%}" if comparison.estimates else ""


def _numbers(size: Any, lower_bound_only: bool = False) -> list[str]:
    return [f"{'≥ ' if lower_bound_only else ''}{size.point:,.0f}", f"{size.lower:,.0f} to {_end(size.upper)}"]


def _end(upper: float | None) -> str:
    return "no upper end" if upper is None else f"{upper:,.0f}"


def _print_columns(header: list[str], lines: list[list[str]]) -> None:
    widths = [max(len(line[index]) for line in [header, *lines]) for index in range(len(header))]
    for line in [header, *lines]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _write_figures(folder: Path, comparison: Comparison) -> None:
    from panah.estimate import figures

    specs: dict[str, Any] = {}
    if comparison.estimates:
        specs["intervals"] = figures.interval_figure(comparison.estimates)
    with_patterns = next((one for one in comparison.estimates if one.patterns), None)
    specs["overlap"] = figures.overlap_figure(comparison.table, with_patterns)
    for one in comparison.estimates:
        if one.draws is not None:
            specs[f"trace-{one.method}"] = figures.trace_figure(one)
    _write_specs(folder, specs)


def _write_specs(folder: Path, specs: dict[str, Any]) -> None:
    """Write each figure as SVG and as Vega-Lite JSON: all of them, or none when anything fails."""
    from panah.estimate.figures import to_svg
    from panah.home import unwritable, whole_or_nothing

    texts = {f"{name}.vl.json": json.dumps(spec, ensure_ascii=False, indent=1) for name, spec in specs.items()}
    texts |= {f"{name}.svg": to_svg(spec) for name, spec in specs.items()}
    was_there = folder.exists()
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            with whole_or_nothing(folder / name) as part:
                part.write_text(text, encoding="utf-8")
            written.append(folder / name)
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if not was_there and folder.is_dir():
            folder.rmdir()
        if isinstance(error, OSError):
            raise unwritable(error, folder) from error
        raise
    note(f"figures in {folder}: {', '.join(specs)}")
