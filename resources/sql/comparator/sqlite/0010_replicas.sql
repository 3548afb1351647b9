-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 5
-- Several comparators on one PostgreSQL database; in SQLite `leader` and `run_parts` stay as they are made here. Times are
-- Unix milliseconds by the database's clock. What a leader does is stored only while its term is still the one here.
CREATE TABLE leader (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    term INTEGER NOT NULL,
    holder TEXT NOT NULL, -- '' while there was none yet
    expires_at INTEGER NOT NULL
);
INSERT INTO leader (one, term, holder, expires_at) VALUES (1, 0, '', 0);

-- A digest made with the key that all fingerprints of this store are made with; the key itself never stands here.
CREATE TABLE fingerprint_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    print TEXT NOT NULL
);

-- What one of several workers has taken of a run: part 'whole' is the run as far as it has got; else a range of whole
-- keys (named by its first) which is done up to and with `checkpoint`, or 'recheck', the looks at what looked different.
-- A part nobody has ('') or whose time ran out is the next worker's. One that is done is gone.
CREATE TABLE run_parts (
    run_id TEXT NOT NULL,
    part TEXT NOT NULL,
    low INTEGER,
    high INTEGER,
    checkpoint TEXT,
    holder TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, part)
) WITHOUT ROWID;

-- Whether the run goes by parts (NULL: not decided yet), and up to which key ranges were taken; NULL: none was.
ALTER TABLE runs ADD COLUMN split INTEGER;
ALTER TABLE runs ADD COLUMN claimed INTEGER;
ALTER TABLE runs ADD COLUMN all_claimed INTEGER NOT NULL DEFAULT 0;
