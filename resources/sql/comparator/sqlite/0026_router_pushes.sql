-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 14
-- What the router is told. Whoever has a confirmed difference that is not resolved, or a repair that waits, and whom the
-- router is to hold for it: kind USER or ENTITY with its id, '' for one the router has no id for.
CREATE TABLE router_held (
    entity_type TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (entity_type, entity_id)
) WITHOUT ROWID;
CREATE INDEX router_held_id ON router_held (kind, id);

-- The last change of each since the router's epoch, which is 'pushed' in router_push.
CREATE TABLE router_held_changes (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    held INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX router_held_changes_epoch ON router_held_changes (epoch, kind, id);

-- How each kind of what is told stands. Times are Unix milliseconds.
CREATE TABLE router_push (
    what TEXT PRIMARY KEY,         -- HELD, CONSISTENCY
    epoch INTEGER NOT NULL,        -- of the last change
    pushed INTEGER NOT NULL,       -- which one the router has
    pruned INTEGER NOT NULL,       -- changes up to this one are not kept: who lacks one of them needs the whole
    rules TEXT NOT NULL,           -- the settings it was made by
    detail TEXT NOT NULL,          -- JSON
    reached_at INTEGER,            -- the router answered
    pushed_at INTEGER,             -- the router took something
    failing_since INTEGER,         -- NULL: it is not
    failures INTEGER NOT NULL,
    error TEXT,
    alerted INTEGER NOT NULL       -- 1: that it fails for long was told
);
INSERT INTO router_push (what, epoch, pushed, pruned, rules, detail, failures, alerted)
VALUES ('HELD', 0, 0, 0, '', '{}', 0, 0), ('CONSISTENCY', 0, 0, 0, '', '{}', 0, 0);

CREATE INDEX differences_held ON differences (entity_type, entity_id) WHERE resolved = 0;
CREATE INDEX repairs_entity ON repairs (entity_type, entity_id, status);
