-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- User groups: what an operator wrote, where they stand, who belongs to them, what was done.
-- Times are Unix milliseconds.
CREATE TABLE user_group (
    id TEXT PRIMARY KEY,
    group_name TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL, -- JSON as the API gives it
    status TEXT NOT NULL,     -- JSON: state, batch under way, states of all batches in runs
    members_id TEXT NOT NULL, -- '' while it has none
    users INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL,      -- of the definition and the members
    group_version INTEGER NOT NULL -- of the status
);

-- The members in sorted lines. What decisions were made from is kept when the group is gone: the
-- history of a user names it.
CREATE TABLE group_part (
    members_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    first_id TEXT NOT NULL, -- compared byte by byte, as the lines are sorted
    ids TEXT NOT NULL,
    PRIMARY KEY (members_id, part)
);
CREATE INDEX group_part_first ON group_part (members_id, first_id);

-- Which members of a batch were seen on the target, and which signed in there: bits in hexadecimal.
CREATE TABLE group_batch (
    group_id TEXT NOT NULL,
    batch INTEGER NOT NULL,
    tried TEXT NOT NULL,
    proven TEXT NOT NULL,
    PRIMARY KEY (group_id, batch)
);

-- What each group that is not a draft contributes to decisions now.
CREATE TABLE group_cover (
    group_id TEXT PRIMARY KEY,
    members_id TEXT NOT NULL,
    cover TEXT NOT NULL -- JSON, the moved batches in runs
);

CREATE TABLE group_history (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    group_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    batch INTEGER, -- null: of the group as a whole
    result TEXT NOT NULL CHECK (result IN ('SUCCESS', 'HELD')),
    state TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    cause TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT
);
CREATE INDEX group_history_group ON group_history (group_id, seq);

-- The revision log takes other kinds than rules, switches and policies, too.
CREATE TABLE revision_of_any_kind (
    seq INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    target_before TEXT, -- of rules: whom they were and are about
    target_after TEXT,
    before_json TEXT,
    after_json TEXT,
    cause TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);
INSERT INTO revision_of_any_kind (seq, epoch, at, kind, object_id, target_before, target_after,
                                  before_json, after_json, cause, actor, reason)
SELECT seq, epoch, at, kind, object_id, target_before, target_after, before_json, after_json, cause,
       actor, reason
FROM revision;
DROP TABLE revision;
ALTER TABLE revision_of_any_kind RENAME TO revision;
CREATE INDEX revision_general ON revision (seq) WHERE kind <> 'rule';
CREATE INDEX revision_before ON revision (target_before) WHERE kind = 'rule';
CREATE INDEX revision_after ON revision (target_after) WHERE kind = 'rule';
