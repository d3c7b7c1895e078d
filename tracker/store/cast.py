"""Characters, their part in films, their references, and where their faces may be shown."""

from __future__ import annotations

from tracker.domain.addresses import Address
from tracker.domain.likeness import (
    CastMember,
    Character,
    Exposure,
    Life,
    ReferencePicture,
    ReferenceSet,
    RevealMoment,
)
from tracker.errors import ConflictError
from tracker.store.changes import record_change
from tracker.store.connection import Tx
from tracker.store.lookup import character_id, film_id, production_id, shot_id

__all__ = [
    "add_character",
    "add_reference_set",
    "all_exposures",
    "cast_character",
    "characters",
    "declare_exposure",
    "exposures",
    "plan_reveal",
    "protected_shots",
    "reference_sets",
    "reveal_plan",
    "reveal_plans",
]


def add_character(tx: Tx, production: str, character: Character) -> bool:
    """Insert a character; False when the very same one exists, ConflictError when another does."""
    key = production_id(tx, production)
    found = tx.one(
        "SELECT name, life, is_minor FROM characters WHERE production_id = ? AND code = ?",
        [key, character.code],
    )
    wanted = (character.name, character.life.value, character.is_minor)
    if found is not None:
        if found != wanted:
            raise ConflictError(
                f"Character {character.code} exists already in {production} as '{found[0]}', "
                f"{found[1]}; choose another code."
            )
        return False
    tx.run(
        "INSERT INTO characters (production_id, code, name, life, is_minor) VALUES (?, ?, ?, ?, ?)",
        [key, character.code, *wanted],
    )
    tx.event("character.created", f"{production}:{character.code}", {"life": character.life})
    return True


def characters(tx: Tx, production: str) -> list[Character]:
    """List a production's characters by code."""
    rows = tx.rows(
        "SELECT code, name, life, is_minor FROM characters WHERE production_id = ? ORDER BY code",
        [production_id(tx, production)],
    )
    return [Character(code=c, name=n, life=Life(life), is_minor=m) for c, n, life, m in rows]


def cast_character(tx: Tx, production: str, member: CastMember) -> bool:
    """Give a character a part in a film, or change who performs it; False when nothing changes."""
    keys = [film_id(tx, production, member.film), character_id(tx, production, member.character)]
    wanted = [*keys, member.performer]
    same = "SELECT 1 FROM cast_members WHERE film_id = ? AND character_id = ? AND performer = ?"
    if tx.one(same, wanted):
        return False
    tx.run(
        "INSERT INTO cast_members (film_id, character_id, performer) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET performer = excluded.performer",
        wanted,
    )
    subject = f"{production}/{member.film}"
    tx.event("film.cast", subject, {"character": member.character, "performer": member.performer})
    return True


def add_reference_set(tx: Tx, production: str, references: ReferenceSet) -> int:
    """Add pictures to a named reference set, making it when new; return how many were new."""
    character = character_id(tx, production, references.character)
    row = tx.one(
        "SELECT reference_set_id FROM reference_sets WHERE character_id = ? AND name = ?",
        [character, references.name],
    )
    if row is None:
        row = tx.rows(
            "INSERT INTO reference_sets (character_id, name, contributed_by) VALUES (?, ?, ?) "
            "RETURNING reference_set_id",
            [character, references.name, references.contributed_by],
        )[0]
    known = tx.rows("SELECT sha256 FROM reference_pictures WHERE reference_set_id = ?", [row[0]])
    new = [p for p in references.pictures if (p.sha256,) not in known]
    for picture in new:
        tx.run(
            "INSERT INTO reference_pictures (reference_set_id, sha256, path, caption) "
            "VALUES (?, ?, ?, ?)",
            [row[0], picture.sha256, picture.path, picture.caption],
        )
    subject = f"{production}:{references.character}"
    tx.event("references.added", subject, {"set": references.name, "pictures": len(new)})
    return len(new)


def reference_sets(tx: Tx, production: str, character: str) -> list[ReferenceSet]:
    """List a character's reference sets with their pictures."""
    key = character_id(tx, production, character)
    sets = tx.rows(
        "SELECT reference_set_id, name, contributed_by FROM reference_sets "
        "WHERE character_id = ? ORDER BY name",
        [key],
    )
    pictures = tx.rows(
        "SELECT reference_set_id, path, sha256, caption FROM reference_pictures ORDER BY path"
    )
    return [
        ReferenceSet(
            character=character,
            name=name,
            contributed_by=by,
            pictures=tuple(
                ReferencePicture(path=p, sha256=h, caption=c)
                for s, p, h, c in pictures
                if s == set_key
            ),
        )
        for set_key, name, by in sets
    ]


def declare_exposure(tx: Tx, shot: Address, character: str, *, exposure: Exposure) -> bool:
    """Declare how much of a character's face a shot shows; False when nothing changes."""
    keys = [shot_id(tx, shot), character_id(tx, shot.production, character)]
    same = "SELECT 1 FROM exposures WHERE shot_id = ? AND character_id = ? AND exposure = ?"
    if tx.one(same, [*keys, exposure]):
        return False
    tx.run(
        "INSERT INTO exposures (shot_id, character_id, exposure) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET exposure = excluded.exposure",
        [*keys, exposure],
    )
    detail = {"character": character, "exposure": exposure}
    record_change(tx, shot, "shot.exposure_declared", detail)
    return True


def exposures(tx: Tx, shot: Address) -> dict[str, Exposure]:
    """Return the declared exposure of each character in a shot, by character code."""
    rows = tx.rows(
        "SELECT c.code, e.exposure FROM exposures e JOIN characters c USING (character_id) "
        "WHERE e.shot_id = ? ORDER BY c.code",
        [shot_id(tx, shot)],
    )
    return {code: Exposure(exposure) for code, exposure in rows}


def all_exposures(tx: Tx, scope: Address) -> dict[tuple[str, str], dict[str, Exposure]]:
    """Return (film, shot) -> character code -> declared exposure, for a production or one of its films."""
    rows = tx.rows(
        "SELECT f.code, s.code, c.code, e.exposure FROM exposures e "
        "JOIN characters c USING (character_id) JOIN shots s USING (shot_id) "
        "JOIN films f USING (film_id) JOIN productions p ON p.production_id = f.production_id "
        "WHERE p.code = ? AND (? IS NULL OR f.code = ?) ORDER BY ALL",
        [scope.production, scope.film, scope.film],
    )
    found: dict[tuple[str, str], dict[str, Exposure]] = {}
    for film, shot, character, exposure in rows:
        found.setdefault((film, shot), {})[character] = Exposure(exposure)
    return found


def plan_reveal(tx: Tx, production: str, moment: RevealMoment) -> bool:
    """Write one line of a film's reveal plan; False when it stands there already."""
    keys = [film_id(tx, production, moment.film), character_id(tx, production, moment.character)]
    if moment in reveal_plan(tx, production, moment.film):
        return False
    tx.run(
        "INSERT INTO reveal_moments (film_id, character_id, sequence_code, exposure) "
        "VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET exposure = excluded.exposure",
        [*keys, moment.sequence or "", moment.exposure],
    )
    detail = {
        "character": moment.character,
        "sequence": moment.sequence,
        "exposure": moment.exposure,
    }
    record_change(tx, Address(production, moment.film), "film.reveal_planned", detail)
    return True


def reveal_plan(tx: Tx, production: str, film: str) -> list[RevealMoment]:
    """List a film's reveal plan, the general rule first."""
    film_id(tx, production, film)  # refuses a film that is not there
    return [moment for moment in reveal_plans(tx, production) if moment.film == film]


def reveal_plans(tx: Tx, production: str) -> list[RevealMoment]:
    """List the reveal plans of a production's films, each with its general rule first."""
    rows = tx.rows(
        "SELECT f.code, c.code, r.sequence_code, r.exposure FROM reveal_moments r "
        "JOIN characters c USING (character_id) JOIN films f USING (film_id) "
        "WHERE f.production_id = ? ORDER BY 1, 2, 3",
        [production_id(tx, production)],
    )
    return [
        RevealMoment(film=f, character=c, sequence=s or None, exposure=Exposure(e))
        for f, c, s, e in rows
    ]


def protected_shots(tx: Tx, production: str) -> dict[int, str]:
    """Return shot key -> why its takes always go to a human: a real likeness, a minor, a reveal.

    A face that is shown is a reveal where the film's reveal plan says anything of its character.
    """
    rows = tx.rows(
        "SELECT e.shot_id, c.name, c.life, c.is_minor, e.exposure, EXISTS (SELECT 1 FROM "
        "reveal_moments r WHERE r.film_id = s.film_id AND r.character_id = c.character_id) "
        "FROM exposures e JOIN characters c USING (character_id) "
        "JOIN productions p USING (production_id) JOIN shots s USING (shot_id) "
        "WHERE p.code = ? ORDER BY e.shot_id, c.code",
        [production],
    )
    reasons: dict[int, str] = {}
    for key, name, life, is_minor, exposure, is_planned in rows:
        if is_minor and exposure != Exposure.NONE:
            reason = f"{name} is a minor"
        elif life != Life.FICTIONAL and exposure != Exposure.NONE:
            reason = f"the likeness of {name}, a {life} person, is protected"
        elif exposure == Exposure.REVEALED and is_planned:
            reason = f"the face of {name} is revealed here"
        else:
            continue
        reasons.setdefault(key, reason)
    return reasons
