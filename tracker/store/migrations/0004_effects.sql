-- Effects that a shot means to have. Frames count from 0 at the shot's first, half-open; an effect without
-- an end may be anywhere in the shot. The vocabulary is the program's and may grow: no CHECK on the words.
CREATE TABLE shot_effects (
    shot_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    start_index INTEGER NOT NULL CHECK (start_index >= -1),
    end_index INTEGER,
    declared_ts TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (shot_id, kind, start_index),
    CHECK ((start_index = -1) = (end_index IS NULL)),
    CHECK (end_index IS NULL OR end_index > start_index)
);
