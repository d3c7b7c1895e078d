"""`roundtable evals certificates …` and `roundtable evals verify`: what may pass unseen, and its proof."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tracker.cli.output import complain, json_option, remark, show_json, show_rows
from tracker.cli.workspace import mark_demo, open_store, scopes
from tracker.domain.lots import Certificate, CertificateState
from tracker.errors import ExitCode, MisuseError, NotFoundError
from tracker.settings import Settings
from tracker.store.lots import certificates as read_certificates
from tracker.store.lots import get_certificate

__all__ = ["certificates", "verify"]


@click.group("certificates")
def certificates() -> None:
    """Which takes may pass with nobody looking, and why."""


@certificates.command("list")
@click.argument("address", required=False)
@json_option
def list_all(address: str | None, *, as_json: bool) -> None:
    """List certificates, the newest first, of a film, a production or everywhere."""
    with open_store().read() as tx:
        under = None if address is None else scopes(tx, [address], None)[0]
        if under is not None and under.shot is not None:
            raise MisuseError(
                f"'{address}' is no film; certificates are of films, like ANTH01/F02."
            )
        found = [_row(c) for c in read_certificates(tx, under)]
        found = mark_demo(tx, found)
    if not as_json:
        found = [{**row, "id": str(row["id"])[:8]} for row in found]
    show_rows(
        found,
        as_json=as_json,
        columns=("id", "film", "purpose", "state", "takes", "audited", "wrong", "why"),
        empty="No certificate yet; see `roundtable evals lots freeze --help`.",
    )


@certificates.command("show")
@click.argument("certificate")
@json_option
def show(certificate: str, *, as_json: bool) -> None:
    """Say what a certificate claims, on what evidence, and whether it still holds."""
    with open_store().read() as tx:
        found = get_certificate(tx, certificate)
    if as_json:
        show_json({**_row(found), "document": found.document})
        return
    for line in _told(found):
        click.echo(line)


@certificates.command("export")
@click.argument("certificate")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="CERT.json",
    help="Where the file goes; by default to stdout.",
)
def export(certificate: str, out: Path | None) -> None:
    """Write a certificate as a file that anybody can verify; without --out to stdout."""
    with open_store().read() as tx:
        found = get_certificate(tx, certificate)
    text = json.dumps(found.document, indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    if not out.name:
        raise MisuseError("--out is empty; name a file, like CERT.json.")
    unfinished = out.with_name(out.name + ".part")
    try:
        unfinished.write_text(text)
        unfinished.replace(out)
    except OSError as error:
        raise MisuseError(
            f"'{out}' cannot be written ({error.strerror}); choose another."
        ) from None
    click.echo(str(out))


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def verify(file: Path, *, as_json: bool) -> int:
    """Recompute a certificate from its draws and verdicts alone; exits with 10 when it does not hold.

    No models and no workspace are needed. In the workspace that issued it, it is also compared with the
    record, and it is said whether it has been revoked since.
    """
    from evals.decisions.verification import verify as check

    try:
        document = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except (ValueError, OSError, RecursionError) as error:
        raise MisuseError(f"'{file}' is not a certificate in JSON: {error}") from None
    problems = check(document)
    state = _on_record(document) if not problems else None
    if state and state[0]:
        problems.append(state[0])
    if as_json:
        shown = {"holds": not problems, "problems": problems, "state": state[1] if state else None}
        show_json(shown)
    elif problems:
        complain(f"'{file}' does not hold:")
        for problem in problems:
            click.echo(f"  {problem}", err=True)
    else:
        click.echo(f"Holds. {document['claim']}")
        if state is None:
            remark("No certificate of that id is on record in this workspace.")
        if state and state[1] != "valid":
            remark(f"It has ended since: {state[1]}. {state[2]}")
    return int(ExitCode.BLOCKED if problems else ExitCode.OK)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a key that stands twice: readers differ in which they believe."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"'{twice}' stands twice")
    return found


def _on_record(document: dict[str, object]) -> tuple[str, str, str] | None:
    """Return (problem, state, why) of a certificate that this workspace knows; None where it does not."""
    if not Settings.from_env().database.exists():
        return None
    with open_store().read() as tx:
        try:
            found = get_certificate(tx, str(document["certificate"]))
        except NotFoundError:
            return None
    differs = (
        "It is not the certificate of that id on record." if found.document != document else ""
    )
    return differs, found.state.value, found.ended_why


def _row(certificate: Certificate) -> dict[str, object]:
    return {
        "id": certificate.uid,
        "film": certificate.film,
        "production": certificate.film.split("/")[0],
        "purpose": certificate.purpose.value,
        "state": certificate.state.value,
        "alpha": certificate.alpha,
        "delta": certificate.delta,
        "takes": certificate.takes,
        "audited": certificate.audited,
        "wrong": certificate.wrong,
        "issued": certificate.issued_ts.isoformat(),
        "why": certificate.ended_why,
        "claim": certificate.document["claim"],
    }


def _told(certificate: Certificate) -> list[str]:
    document = certificate.document
    result = document["result"]
    lines = [
        str(document["claim"]),
        (
            f"{result['wrong']} of {result['labels']} audited takes were against it; "
            f"p = {result['p_value']:.3g}, at most {certificate.delta:g} certifies."
        ),
        (
            f"Drawn from seed {document['seed'][:12]} after takes and scores were frozen as "
            f"{document['manifest_sha256'][:12]}."
        ),
    ]
    if certificate.audited:
        from evals.audits.standing import alarm

        told = f"Since then {certificate.wrong} of {certificate.audited} kept audits contradict it."
        is_valid = certificate.state is CertificateState.VALID
        lines.append(f"{told} {alarm(certificate)}" if is_valid else told)
    ended = f": {certificate.ended_why}" if certificate.ended_why else "."
    return [*lines, f"It is {certificate.state.value}{ended}"]
