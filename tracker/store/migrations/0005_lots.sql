-- Audits of a film's takes, what they certify, and whom they ask.

CREATE TABLE lots (
    lot_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    film_id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('pass', 'regenerate')),
    alpha DOUBLE NOT NULL CHECK (alpha > 0 AND alpha < 1),
    delta DOUBLE NOT NULL CHECK (delta > 0 AND delta < 1),
    scope JSON NOT NULL,
    scope_sha256 TEXT NOT NULL CHECK (length(scope_sha256) = 64),
    manifest_sha256 TEXT NOT NULL CHECK (length(manifest_sha256) = 64),
    state TEXT NOT NULL
        CHECK (state IN ('frozen', 'planned', 'drawn', 'certified', 'refused', 'dropped')),
    threshold DOUBLE CHECK (isfinite(threshold)),
    zone_takes INTEGER CHECK (zone_takes >= 0),
    labels INTEGER CHECK (labels >= 0),
    tolerated INTEGER CHECK (tolerated >= 0),
    seed TEXT CHECK (length(seed) = 64),
    wrong INTEGER CHECK (wrong >= 0),
    p_value DOUBLE CHECK (isfinite(p_value)),
    reason TEXT NOT NULL DEFAULT '',
    frozen_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    planned_ts TIMESTAMPTZ,
    drawn_ts TIMESTAMPTZ,
    closed_ts TIMESTAMPTZ,
    CHECK (state IN ('frozen', 'planned', 'dropped') OR seed IS NOT NULL)
);

-- A take as it was when its lot was frozen; never changed but for its place in the draw.
CREATE TABLE lot_takes (
    lot_id INTEGER NOT NULL,
    take_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    score DOUBLE NOT NULL CHECK (isfinite(score)),
    scores_sha256 TEXT NOT NULL CHECK (length(scores_sha256) = 64),
    expected_rejection DOUBLE NOT NULL CHECK (isfinite(expected_rejection)),
    position INTEGER CHECK (position >= 0),
    PRIMARY KEY (lot_id, take_id)
);

CREATE TABLE certificates (
    certificate_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    lot_id INTEGER NOT NULL,
    film_id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('pass', 'regenerate')),
    alpha DOUBLE NOT NULL CHECK (alpha > 0 AND alpha < 1),
    delta DOUBLE NOT NULL CHECK (delta > 0 AND delta < 1),
    scope JSON NOT NULL,
    scope_sha256 TEXT NOT NULL CHECK (length(scope_sha256) = 64),
    takes INTEGER NOT NULL CHECK (takes >= 0),
    boundary JSON NOT NULL,
    document JSON NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('valid', 'revoked', 'void')),
    issued_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    ended_ts TIMESTAMPTZ,
    ended_why TEXT NOT NULL DEFAULT '',
    CHECK ((state = 'valid') = (ended_ts IS NULL)),
    CHECK (state = 'valid' OR ended_why <> '')
);

-- What a certificate covers: the takes of the zone that nobody was asked about.
CREATE TABLE certificate_takes (
    certificate_id INTEGER NOT NULL,
    take_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    scores_sha256 TEXT NOT NULL CHECK (length(scores_sha256) = 64),
    PRIMARY KEY (certificate_id, take_id)
);

-- A person is asked about a take and not told why; `place`, 0-1, mixes it into the queue.
CREATE TABLE asks (
    ask_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    kind TEXT NOT NULL CHECK (kind IN ('audit', 'kept_audit', 'repeat')),
    lot_id INTEGER,
    certificate_id INTEGER,
    take_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    place DOUBLE NOT NULL CHECK (place >= 0 AND place < 1),
    asked_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    closed_ts TIMESTAMPTZ,
    CHECK ((kind = 'audit') = (lot_id IS NOT NULL)),
    CHECK ((kind = 'kept_audit') = (certificate_id IS NOT NULL))
);

-- Which decision answered which ask; a decision may be taken back, its answer stays.
CREATE TABLE answers (
    ask_id INTEGER NOT NULL,
    decision_id INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('approve', 'direct', 'regenerate', 'embrace')),
    answered_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (ask_id, decision_id)
);

-- What a decision changed besides itself, so that taking it back restores it.
CREATE TABLE decision_effects (
    decision_id INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('take_status', 'shot_status', 'artifact_policy', 'embrace')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (decision_id, what)
);

-- What pages ask for that needs models; the worker does it and writes rows.
CREATE TABLE work_requests (
    request_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    kind TEXT NOT NULL CHECK (kind IN ('run', 'judge', 'freeze_lot')),
    scope TEXT NOT NULL,
    parameters JSON NOT NULL,
    asked_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'done', 'failed')),
    note TEXT NOT NULL DEFAULT '',
    asked_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    started_ts TIMESTAMPTZ,
    ended_ts TIMESTAMPTZ
);
