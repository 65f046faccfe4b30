"""The rules of the terminal, and the only place that knows them.

1. Results go to standard output, everything else (progress, notes, errors) to standard error.
2. ``--json`` prints one JSON document, without colour or progress, for machines.
3. An error is one line, ``panah COMMAND: where: what; what to do``, lower case, no full stop.
4. Exit codes: 0 done, 1 the answer is no, 2 bad usage, unreadable input, a full disk, Ctrl-C.
5. Work of over two seconds shows progress when standard error is a terminal; otherwise one line a stage.
6. A value of a sealed field is never printed by an error.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click

from panah.errors import PanahError, Unreadable

INTERRUPTED: Final = 2
FULL_DISK: Final = "the disk is full; free some space and run it again"
SLOW_S: Final = 2.0
MAX_ERRORS_TOLD: Final = 20

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for machines.")


def existing_file(**kwargs: Any) -> click.Path:
    """A path argument; whether it can be read is said by our own one-line errors, not by click's usage text."""
    return click.Path(path_type=Path, **kwargs)


def read_bytes(path: Path, *, at_most: int) -> bytes:
    """The bytes of a small input file.

    Raises:
        Unreadable: It is missing, a folder, not ours to read, or larger than ``at_most`` bytes.
    """
    check_readable(path, at_most=at_most)
    return path.read_bytes()


def check_readable(path: Path, *, at_most: int | None = None) -> None:
    """Refuse a path that cannot be read as one file, before any work is done.

    Raises:
        Unreadable: See :func:`read_bytes`.
    """
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
    except FileNotFoundError as error:
        raise Unreadable("no such file", where=str(path), hint="check the path") from error
    except IsADirectoryError as error:
        raise Unreadable("this is a folder", where=str(path), hint="name the file in it") from error
    except PermissionError as error:
        raise Unreadable("not allowed to read it", where=str(path), hint="check its permissions") from error
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else "cannot be read").lower()
        raise Unreadable(reason, where=str(path), hint="check the path") from error
    if at_most is not None and size > at_most:
        raise Unreadable(
            f"the file has {size:,} bytes, more than the {at_most:,} read here",
            where=str(path),
            hint="split it, or check that it is the right file",
        )


def emit(document: Any) -> None:
    """Print a value as one JSON document on standard output."""
    click.echo(_as_json(document))


def emit_with_list(document: dict[str, Any], key: str, items: Iterable[Any]) -> None:
    """As :func:`emit`, with one list of the document printed item by item, so that it need not be held."""
    mark = secrets.token_hex(16)  # nothing in an export can know it
    before, _, after = _as_json(document | {key: [mark]}).partition(f'\n    "{mark}"\n  ')
    click.echo(before, nl=False)
    separator = "\n    "
    for item in items:  # a line break inside of a text is written as \\n
        click.echo(separator + _as_json(item).replace("\n", "\n    "), nl=False)
        separator = ",\n    "
    click.echo(("" if separator == "\n    " else "\n  ") + after)


def _as_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str, allow_nan=False)
    # half a pair of surrogates, which an export may hold, has no UTF-8; its escape is JSON and loses nothing
    return text.encode("utf-8", "backslashreplace").decode()


def note(line: str) -> None:
    """Say something beside the result, on standard error."""
    click.echo(line, err=True)


def tell_errors(problems: Iterable[PanahError], command: str) -> int:
    """Tell several problems in order, then count those not told; returns how many there were."""
    total = 0
    for total, problem in enumerate(problems, start=1):
        if total <= MAX_ERRORS_TOLD:
            note(f"panah {command}: {problem}")
    if total > MAX_ERRORS_TOLD:
        note(f"panah {command}: and {total - MAX_ERRORS_TOLD} more")
    return total


@contextlib.contextmanager
def progress(title: str, total: int | None = None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show progress on long work; the block calls the given function with the number of steps done since.

    Nothing is shown before two seconds have passed, when ``quiet``, or when standard error is no terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _steps: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(title, total=total)
    # one long step must show the bar too, so a timer starts it rather than the first step
    timer = threading.Timer(SLOW_S, bar.start)
    timer.daemon = True
    timer.start()

    def advance(steps: int = 1) -> None:
        bar.advance(task, steps)

    try:
        yield advance
    finally:
        timer.cancel()
        timer.join()
        bar.stop()


def run(group: click.Group, arguments: list[str] | None) -> int:
    """Run a command group and turn every end into its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    name = next((word for word in words if not word.startswith("-")), "")
    prefix = f"panah {name}".rstrip()
    try:
        result = group.main(args=words, prog_name="panah", standalone_mode=False)
    except PanahError as error:
        note(f"{prefix}: {error}")
        return error.exit_code
    except click.UsageError as error:
        shown = error.ctx.command_path if error.ctx else "panah"
        note(f"{prefix}: {_one_line(error.format_message())}; see {shown} --help")
        return 2
    except click.ClickException as error:
        note(f"{prefix}: {_one_line(error.format_message())}")
        return 2
    except (KeyboardInterrupt, click.Abort):
        note(f"{prefix}: stopped; nothing half-written was kept")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of our output went away (``| head``): not an error, but Python must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        note(f"{prefix}: {_system_error(error)}")
        return 2
    except Exception as error:
        if not isinstance(error.__cause__ or error, sqlite3.Error) or "disk is full" not in str(error):
            raise
        note(f"{prefix}: {FULL_DISK}")
        return 2
    return result if isinstance(result, int) else 0


def _one_line(message: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return text[:1].lower() + text[1:]


def _system_error(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"{place}{FULL_DISK}"
    reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
    return f"{place}{reason}; check the path and its permissions"
