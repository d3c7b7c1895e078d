-- Model packs that say of themselves that they are for the demo: their scores decide nothing elsewhere.
CREATE TABLE demo_packs (
    pack TEXT PRIMARY KEY
);
