"""``panah bundle``: make a sealed evidence bundle, check one, see who got which, trace a copy."""

from __future__ import annotations

import re
from pathlib import Path

import click

from panah.cli.output import existing_file, json_option
from panah.errors import NotConfigured

from .register import register_command, trace_command
from .verify import verify_command

CASE_ID = re.compile(r"[0-9a-f]{32}")
PURPOSES = ("lawyer", "police", "un", "sanctions", "press", "publish")


@click.group("bundle")
def command() -> None:
    """Create or verify a sealed evidence bundle.

    A bundle is one zip file. Its clear part proves that nothing was altered and names nobody; its sealed part opens
    only with the age key of a recipient. VERIFY.txt inside tells how to check it without Panah.
    """


@command.command("create")
@click.argument("what", metavar="CASE…|FILE…", nargs=-1, required=True)
@click.option("--to", "recipients", multiple=True, required=True, help="An age recipient (age1…); may be repeated.")
@click.option("--out", "target", type=existing_file(), required=True, help="The bundle to write, a .zip file.")
@click.option(
    "--for", "purpose", type=click.Choice(PURPOSES), help="Of cases: to whom it goes; consent is asked for it."
)
@click.option("--receiver", default="", help="Of cases: who gets it, in words; the register keeps it.")
@click.option("--redact", is_flag=True, help="Of cases: without names, numbers, days, exact places and originals.")
@click.option("--member", "email", help="Of cases: the e-mail address you sign in with.")
@click.option("--password-fd", type=int, help="Read the password from this file descriptor instead of the terminal.")
@click.option("--bagit", is_flag=True, help="Lay the sealed part out as a BagIt bag.")
@click.option("--title", default="Evidence bundle", help="Of files: stands over the readable page inside.")
@click.option(
    "--grade", type=click.Choice("ABCDE"), default="E", help="Of files: how hard they would be to forge; A is best."
)
@click.option(
    "--signer", "signer_file", type=existing_file(), help="Of files: the signing key; else the data folder's."
)
@click.option("--data", type=existing_file(), help="The data folder; PANAH_DATA, else your user data directory.")
@click.option("--replace", is_flag=True, help="Replace an existing bundle.")
@json_option
def create_command(
    what: tuple[str, ...],
    recipients: tuple[str, ...],
    target: Path,
    purpose: str | None,
    receiver: str,
    redact: bool,
    email: str | None,
    password_fd: int | None,
    bagit: bool,
    title: str,
    grade: str,
    signer_file: Path | None,
    data: Path | None,
    replace: bool,
    as_json: bool,
) -> int:
    """Seal the confirmed incidents of CASEs, or FILEs as they are, for the recipients.

    A CASE is the id that its page shows. You sign in as on the web, and the same is asked: everybody's consent, the
    answer of the accused side, and a second member. The first call asks that member and leaves with 1; called again
    once they agreed, within a day, it writes the bundle.
    """
    cases = [each for each in what if CASE_ID.fullmatch(each) and not Path(each).exists()]
    if not cases:
        _refuse_together(redact or purpose or receiver or email, "this option is for cases, and these are files")
        from .files import seal_files

        seal_files(
            [Path(each) for each in what],
            recipients,
            target,
            title=title,
            grade=grade,
            signer_file=signer_file,
            data=data,
            replace=replace,
            bagit=bagit,
            as_json=as_json,
        )
        return 0
    _refuse_together(len(cases) < len(what), "cases and files do not go into one bundle")
    _refuse_together(signer_file, "cases are signed by their installation")
    if purpose is None or email is None:
        raise NotConfigured("cases need to know who gives them out, and to whom", where="--member, --for")
    from .cases import HowAsked, seal_cases

    how = HowAsked(tuple(recipients), f"share_{purpose}".replace("share_publish", "publish"), receiver, redact, bagit)
    return seal_cases(
        cases, how, target, email=email, password_fd=password_fd, data=data, replace=replace, json=as_json
    )


def _refuse_together(wrong: object, what: str) -> None:
    if wrong:
        raise NotConfigured(what, where="panah bundle create", hint="see panah bundle create --help")


for _each in (verify_command, register_command, trace_command):
    command.add_command(_each)
