-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- The lists of lines 7 and 8 of the decision table, their switches, and the request map. Times are Unix
-- milliseconds, enumerations the words of the API.
ALTER TABLE switches ADD COLUMN not_in_legacy_to_new INTEGER NOT NULL DEFAULT 0 CHECK (not_in_legacy_to_new IN (0, 1));
ALTER TABLE switches ADD COLUMN hold_inconsistent INTEGER NOT NULL DEFAULT 0 CHECK (hold_inconsistent IN (0, 1));

CREATE TABLE gray_list (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('ENTITY', 'USER', 'INTERFACE')),
    enforced INTEGER NOT NULL CHECK (enforced IN (0, 1)),
    description TEXT NOT NULL,
    entries INTEGER NOT NULL, -- how many gray_entry has
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE gray_entry (
    list_name TEXT NOT NULL,
    id TEXT NOT NULL,
    unchecked INTEGER NOT NULL CHECK (unchecked IN (0, 1)), -- nobody looked whether NEW holds it equal
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (list_name, id)
) WITHOUT ROWID;

-- Who has a confirmed difference, as last pushed.
CREATE TABLE held_set (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
);
INSERT INTO held_set (one, complete, updated_at, changed_by, version)
SELECT 1, 0, updated_at, 'service', 1 FROM switches;
CREATE TABLE held_entry (
    kind TEXT NOT NULL CHECK (kind IN ('USER', 'ENTITY')),
    id TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- LEGACY's keys as last pushed, in parts of sorted lines.
CREATE TABLE key_index (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    upload_id TEXT, -- the parts that belong to it
    key_count INTEGER NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
);
INSERT INTO key_index (one, upload_id, key_count, complete, updated_at, changed_by, version)
SELECT 1, NULL, 0, 0, updated_at, 'service', 1 FROM switches;
CREATE TABLE key_index_part (
    upload_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    ids TEXT NOT NULL,
    PRIMARY KEY (upload_id, part)
);

-- gray_list, gray_entry and held_entry are the sum of these changes in order; the keys of LEGACY are not
-- logged: no history of a user depends on them.
CREATE TABLE list_revision (
    seq INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('gray_list', 'gray_entry', 'held_user', 'held_entity')),
    list_name TEXT NOT NULL, -- '' for the held
    member TEXT NOT NULL,    -- '' for the list itself
    added INTEGER NOT NULL CHECK (added IN (0, 1)),
    definition TEXT, -- JSON, of a list that is there afterwards
    cause TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX list_revision_member ON list_revision (member, kind);

CREATE TABLE request_map (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    rows_json TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
);
INSERT INTO request_map (one, rows_json, updated_at, changed_by, version)
SELECT 1, '[]', updated_at, 'service', 1 FROM switches;
