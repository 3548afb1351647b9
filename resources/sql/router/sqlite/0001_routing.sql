-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- What decisions are made from, and every change of it. Times are Unix milliseconds, percentages
-- hundredths of a percent, enumerations the words of the API.
CREATE TABLE rule (
    id TEXT PRIMARY KEY,
    config_name TEXT NOT NULL,
    config_type TEXT NOT NULL CHECK (config_type IN ('USER_BASED', 'SYSTEM_BASED', 'TIME_BASED')),
    target TEXT NOT NULL, -- '' for time rules
    target_platform TEXT NOT NULL CHECK (target_platform IN ('LEGACY', 'NEW', 'BOTH')),
    reason TEXT NOT NULL,
    start_time INTEGER,
    end_time INTEGER,
    priority INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX rule_target ON rule (target, config_type);

CREATE TABLE switches (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    master TEXT NOT NULL CHECK (master IN ('OFF', 'NEW', 'LEGACY')),
    default_platform TEXT NOT NULL CHECK (default_platform IN ('NEW', 'LEGACY')),
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
);

-- What each shift policy that is not a draft contributes to decisions now.
CREATE TABLE policy_cover (
    policy_id TEXT PRIMARY KEY,
    policy_name TEXT NOT NULL,
    target_system TEXT NOT NULL UNIQUE,
    target_platform TEXT NOT NULL CHECK (target_platform IN ('NEW', 'LEGACY')),
    percentage INTEGER NOT NULL CHECK (percentage BETWEEN 0 AND 10000),
    salt TEXT NOT NULL,
    users_without_id TEXT NOT NULL CHECK (users_without_id IN ('NEW', 'LEGACY'))
) WITHOUT ROWID;

-- The three tables above are the sum of these changes, in order.
CREATE TABLE revision (
    seq INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rule', 'switches', 'policy')),
    object_id TEXT NOT NULL,
    target_before TEXT, -- of rules: whom they were and are about
    target_after TEXT,
    before_json TEXT,
    after_json TEXT,
    cause TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX revision_general ON revision (seq) WHERE kind <> 'rule';
CREATE INDEX revision_before ON revision (target_before) WHERE kind = 'rule';
CREATE INDEX revision_after ON revision (target_after) WHERE kind = 'rule';

INSERT INTO switches (one, master, default_platform, updated_at, changed_by, version)
VALUES (1, 'OFF', 'NEW', CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER),
        'service', 1);
INSERT INTO revision (epoch, at, kind, object_id, after_json, cause, actor, reason)
SELECT 0, updated_at, 'switches', 'switches',
       json_object('master', master, 'default_platform', default_platform,
                   'updated_at', strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch'),
                   'changed_by', changed_by, 'version', version),
       'START', changed_by, 'The store was created.'
FROM switches;

-- Where known users come from, and the uploaded ids in parts of sorted lines.
CREATE TABLE directory (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    config_json TEXT NOT NULL,
    upload_id TEXT, -- the parts that belong to it
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
);
INSERT INTO directory (one, config_json, upload_id, updated_at, changed_by, version)
VALUES (1, '{"kind":"NONE"}', NULL,
        CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER), 'service', 1);
CREATE TABLE directory_part (
    upload_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    ids TEXT NOT NULL,
    PRIMARY KEY (upload_id, part)
);
