-- The record: what a production is made of, who is in it, what was made, scored and decided.
-- PRIMARY KEY, UNIQUE, CHECK and NOT NULL only. Foreign keys and secondary indexes cost more than
-- they give in this engine; `roundtable doctor` looks for rows that point nowhere.

CREATE SEQUENCE ids START 1;

CREATE TABLE productions (
    production_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('anthology', 'campaign', 'music_video', 'short_film')),
    is_demo BOOLEAN NOT NULL,
    created_ts TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE people (
    person_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    name TEXT NOT NULL UNIQUE,
    created_ts TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE person_roles (
    person_id INTEGER NOT NULL,
    role TEXT NOT NULL
        CHECK (role IN ('producer', 'director', 'ai_artist', 'technologist', 'client', 'vendor')),
    PRIMARY KEY (person_id, role)
);

CREATE TABLE films (
    film_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    production_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    director_id INTEGER,
    release_on DATE,
    created_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (production_id, code)
);

CREATE TABLE sequences (
    sequence_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    film_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    UNIQUE (film_id, code)
);

CREATE TABLE shots (
    shot_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    film_id INTEGER NOT NULL,
    sequence_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    first_frame INTEGER NOT NULL CHECK (first_frame >= 0),
    duration_frames INTEGER CHECK (duration_frames >= 1),
    fps_num INTEGER NOT NULL CHECK (fps_num > 0),
    fps_den INTEGER NOT NULL CHECK (fps_den > 0),
    method TEXT NOT NULL CHECK (method IN ('live_action', 'ai', 'hybrid')),
    stage TEXT NOT NULL CHECK (stage IN ('plan', 'img', 'vid', 'post')),
    status TEXT NOT NULL
        CHECK (status IN ('wtg', 'rdy', 'ip', 'rev', 'dir', 'rtk', 'apr', 'fin', 'hld', 'omt')),
    is_hero BOOLEAN NOT NULL,
    artifact_policy TEXT NOT NULL CHECK (artifact_policy IN ('avoid', 'tolerate', 'embrace')),
    prompt TEXT NOT NULL,
    subject TEXT NOT NULL,
    wardrobe TEXT NOT NULL,
    action TEXT NOT NULL,
    setting TEXT NOT NULL,
    time_of_day TEXT NOT NULL,
    light TEXT NOT NULL,
    camera TEXT NOT NULL,
    style TEXT NOT NULL,
    created_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (film_id, code)
);

-- A trace is embraced by name, by a person, with a reason.
CREATE TABLE shot_embraces (
    shot_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    by_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (shot_id, kind)
);

CREATE TABLE characters (
    character_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    production_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    life TEXT NOT NULL CHECK (life IN ('fictional', 'living', 'deceased')),
    is_minor BOOLEAN NOT NULL,
    UNIQUE (production_id, code)
);

CREATE TABLE cast_members (
    film_id INTEGER NOT NULL,
    character_id INTEGER NOT NULL,
    performer TEXT NOT NULL,
    PRIMARY KEY (film_id, character_id)
);

CREATE TABLE reference_sets (
    reference_set_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    character_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    contributed_by TEXT NOT NULL,
    UNIQUE (character_id, name)
);

CREATE TABLE reference_pictures (
    reference_set_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    path TEXT NOT NULL,
    caption TEXT NOT NULL,
    PRIMARY KEY (reference_set_id, sha256)
);

CREATE TABLE exposures (
    shot_id INTEGER NOT NULL,
    character_id INTEGER NOT NULL,
    exposure TEXT NOT NULL CHECK (exposure IN ('none', 'masked', 'revealed')),
    PRIMARY KEY (shot_id, character_id)
);

-- sequence_code '' is the rule for every sequence that the plan does not name.
CREATE TABLE reveal_moments (
    film_id INTEGER NOT NULL,
    character_id INTEGER NOT NULL,
    sequence_code TEXT NOT NULL,
    exposure TEXT NOT NULL CHECK (exposure IN ('none', 'masked', 'revealed')),
    PRIMARY KEY (film_id, character_id, sequence_code)
);

CREATE TABLE takes (
    take_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    shot_id INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    size_bytes BIGINT NOT NULL CHECK (size_bytes >= 0),
    stage TEXT NOT NULL CHECK (stage IN ('plan', 'img', 'vid', 'post')),
    status TEXT NOT NULL CHECK (status IN ('rev', 'vwd', 'sel', 'apr', 'rej', 'fin', 'na')),
    probe JSON,
    probe_error TEXT NOT NULL,
    generator TEXT NOT NULL,
    generator_version TEXT NOT NULL,
    weights_sha256 TEXT NOT NULL,
    seed BIGINT,
    prompt TEXT NOT NULL,
    parameters JSON NOT NULL,
    "references" JSON NOT NULL,
    cost_eur DECIMAL(12, 4) CHECK (cost_eur >= 0),
    submitted_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    CHECK ((probe IS NULL) = (probe_error <> '')),
    UNIQUE (shot_id, number)
);

CREATE TABLE metrics (
    metric_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    pack TEXT NOT NULL,
    axis TEXT NOT NULL CHECK (axis IN ('prompt', 'identity', 'artifacts')),
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('higher', 'lower')),
    range_low DOUBLE NOT NULL CHECK (isfinite(range_low)),
    range_high DOUBLE CHECK (isfinite(range_high)),
    fails_at DOUBLE CHECK (isfinite(fails_at)),
    decides BOOLEAN NOT NULL,
    UNIQUE (name, version, pack)
);

CREATE TABLE eval_runs (
    run_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    scope TEXT NOT NULL,
    pack TEXT NOT NULL,
    device TEXT NOT NULL,
    started_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    finished_ts TIMESTAMPTZ,
    summary JSON
);

-- One row per folded Parquet part: a part is folded once, however often the process dies.
CREATE TABLE eval_parts (
    name TEXT PRIMARY KEY,
    run_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    row_count INTEGER NOT NULL,
    folded_ts TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Long and in run order: physical order beats an index here. One row per take and metric.
CREATE TABLE scores (
    take_id INTEGER NOT NULL,
    metric_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    result_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ok', 'not_assessable', 'error')),
    value DOUBLE CHECK (isfinite(value)),
    low DOUBLE CHECK (isfinite(low)),
    high DOUBLE CHECK (isfinite(high)),
    reason TEXT NOT NULL,
    series FLOAT[],
    scored_ts TIMESTAMPTZ NOT NULL,
    CHECK ((state = 'ok') = (value IS NOT NULL)),
    CHECK (state = 'ok' OR reason <> '')
);

CREATE TABLE evidence (
    take_id INTEGER NOT NULL,
    metric_id INTEGER NOT NULL,
    start_index INTEGER NOT NULL CHECK (start_index >= 0),
    end_index INTEGER NOT NULL,
    kind TEXT NOT NULL,
    severity DOUBLE NOT NULL CHECK (isfinite(severity)),
    CHECK (end_index > start_index)
);

-- Append-only: the newest row of a take is its verdict.
CREATE TABLE verdicts (
    verdict_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    take_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('pass', 'direct', 'regenerate')),
    is_proposed BOOLEAN NOT NULL,
    axis TEXT NOT NULL,
    metric TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    frames JSON NOT NULL,
    certificate TEXT,
    severity DOUBLE NOT NULL CHECK (isfinite(severity)),
    given_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    CHECK (outcome <> 'pass' OR certificate IS NOT NULL)
);

-- Append-only: a mistake is undone by a row that names it.
CREATE TABLE decisions (
    decision_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    take_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    outcome TEXT NOT NULL
        CHECK (outcome IN ('approve', 'direct', 'regenerate', 'embrace', 'undo')),
    undoes UUID,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    start_index INTEGER CHECK (start_index >= 0),
    end_index INTEGER,
    minutes DOUBLE CHECK (isfinite(minutes) AND minutes >= 0),
    seen TEXT NOT NULL,
    decided_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    CHECK ((outcome = 'undo') = (undoes IS NOT NULL)),
    CHECK ((outcome = 'embrace') = (kind <> ''))
);

-- Append-only: who did what, when, to which thing.
CREATE TABLE events (
    event_id INTEGER PRIMARY KEY DEFAULT nextval('ids'),
    uid UUID NOT NULL UNIQUE DEFAULT uuidv7(),
    happened_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail JSON NOT NULL
);

-- A retried write carries the id of its request, so it applies once.
CREATE TABLE applied_requests (
    request_id TEXT PRIMARY KEY,
    action TEXT NOT NULL,
    result JSON NOT NULL,
    applied_ts TIMESTAMPTZ NOT NULL DEFAULT now()
);
