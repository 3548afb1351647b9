-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Times are milliseconds since 1970, percentages hundredths. Where a password stands is kept here,
-- the password never.
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    location TEXT NOT NULL,
    secret_from TEXT,
    secret_name TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE mappings (
    id TEXT PRIMARY KEY,
    legacy_source TEXT NOT NULL REFERENCES sources (id),
    new_source TEXT NOT NULL REFERENCES sources (id),
    data_type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE checks (
    id TEXT PRIMARY KEY,
    check_name TEXT NOT NULL UNIQUE,
    mapping_id TEXT NOT NULL REFERENCES mappings (id),
    threshold INTEGER NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
);

-- `checkpoint` is the last key of the last finished batch; `scanned` says that no batch is left.
-- `wish` is what an operator has asked of a running run. `mapping` is the mapping it began with.
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    check_id TEXT NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
    check_name TEXT NOT NULL,
    scope TEXT NOT NULL,
    state TEXT NOT NULL,
    status TEXT,
    wish TEXT NOT NULL DEFAULT '',
    requested_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    mapping_id TEXT NOT NULL,
    mapping TEXT NOT NULL,
    threshold INTEGER NOT NULL,
    rows_limit INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    rows_total INTEGER,
    rows_done INTEGER NOT NULL DEFAULT 0,
    segments_total INTEGER,
    segments_done INTEGER NOT NULL DEFAULT 0,
    matched INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0,
    extra INTEGER NOT NULL DEFAULT 0,
    different INTEGER NOT NULL DEFAULT 0,
    in_flight INTEGER NOT NULL DEFAULT 0,
    hot INTEGER NOT NULL DEFAULT 0,
    unreadable INTEGER NOT NULL DEFAULT 0,
    percentage INTEGER,
    rows_per_second INTEGER,
    eta_seconds INTEGER,
    error TEXT,
    checkpoint TEXT,
    scanned INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX runs_check ON runs (check_id, id);
CREATE INDEX runs_state ON runs (state, id);

CREATE TABLE run_ids (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    id TEXT NOT NULL,
    result TEXT,
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, place)
) WITHOUT ROWID;

-- Keys that looked different and are looked at again before anything is said. Digests are keyed.
CREATE TABLE candidates (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    looks TEXT NOT NULL,
    PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE INDEX candidates_due ON candidates (run_id, due_at);

CREATE TABLE differences (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    check_id TEXT NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
    check_name TEXT NOT NULL,
    mapping_id TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    entity_order TEXT NOT NULL,
    field_name TEXT NOT NULL, -- '' for the whole row
    difference_type TEXT NOT NULL,
    state TEXT NOT NULL,
    legacy_value TEXT, -- JSON
    new_value TEXT,
    legacy_present INTEGER NOT NULL,
    new_present INTEGER NOT NULL,
    sensitive INTEGER NOT NULL,
    cause TEXT NOT NULL,
    found_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    resolved INTEGER NOT NULL DEFAULT 0,
    resolved_at INTEGER,
    resolution_notes TEXT,
    repair_id TEXT,
    legacy_print TEXT NOT NULL, -- keyed digest of the whole compared row, '' when absent
    new_print TEXT NOT NULL,
    rows TEXT NOT NULL, -- both rows as they may be shown
    version INTEGER NOT NULL
);
CREATE UNIQUE INDEX differences_open ON differences (check_id, entity_id, field_name) WHERE resolved = 0;
CREATE INDEX differences_run ON differences (run_id, found_at, id);
CREATE INDEX differences_found ON differences (resolved, found_at, id);
CREATE INDEX differences_entity ON differences (resolved, entity_order, field_name, id);
CREATE INDEX differences_field ON differences (resolved, field_name, entity_order, id);
CREATE INDEX differences_repair ON differences (repair_id) WHERE repair_id IS NOT NULL;

CREATE TABLE repairs (
    id TEXT PRIMARY KEY,
    check_id TEXT NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
    mapping_id TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    action TEXT NOT NULL,
    target_platform TEXT NOT NULL,
    status TEXT NOT NULL,
    assigned_to TEXT,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    decision_reason TEXT,
    started_at INTEGER,
    ended_at INTEGER,
    mapping TEXT NOT NULL,
    field_names TEXT NOT NULL, -- JSON list, empty for a whole row
    fields TEXT NOT NULL, -- JSON: field, before, after, sensitive
    statement TEXT NOT NULL,
    condition TEXT NOT NULL,
    sentence TEXT NOT NULL,
    legacy_print TEXT NOT NULL,
    new_print TEXT NOT NULL,
    verification TEXT, -- JSON
    error TEXT,
    reason TEXT NOT NULL,
    history TEXT NOT NULL, -- JSON list
    version INTEGER NOT NULL
);
CREATE INDEX repairs_status ON repairs (status, id);
CREATE INDEX repairs_assigned ON repairs (assigned_to, id);
