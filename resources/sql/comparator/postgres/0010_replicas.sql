-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 5
-- Several comparators on one PostgreSQL database; in SQLite `leader` and `run_parts` stay as they are made here. Times are
-- Unix milliseconds by the database's clock. What a leader does is stored only while its term is still the one here.
CREATE TABLE leader (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    term BIGINT NOT NULL,
    holder TEXT COLLATE "C" NOT NULL, -- '' while there was none yet
    expires_at BIGINT NOT NULL
);
INSERT INTO leader (one, term, holder, expires_at) VALUES (1, 0, '', 0);

-- A digest made with the key that all fingerprints of this store are made with; the key itself never stands here.
CREATE TABLE fingerprint_key (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    print TEXT COLLATE "C" NOT NULL
);

-- What one of several workers has taken of a run: part 'whole' is the run as far as it has got; else a range of whole
-- keys (named by its first) which is done up to and with `checkpoint`, or 'recheck', the looks at what looked different.
-- A part nobody has ('') or whose time ran out is the next worker's. One that is done is gone.
CREATE TABLE run_parts (
    run_id TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    low BIGINT,
    high BIGINT,
    checkpoint TEXT COLLATE "C",
    holder TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (run_id, part)
);

-- Whether the run goes by parts (NULL: not decided yet), and up to which key ranges were taken; NULL: none was.
ALTER TABLE runs ADD COLUMN split BIGINT;
ALTER TABLE runs ADD COLUMN claimed BIGINT;
ALTER TABLE runs ADD COLUMN all_claimed BIGINT NOT NULL DEFAULT 0;
