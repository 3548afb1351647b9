-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Times are milliseconds since 1970, percentages hundredths. Where a password stands is kept here,
-- the password never. Without the foreign keys of the script for SQLite: a copy is made table by table, and the service
-- deletes what belongs to a row with it.
CREATE TABLE sources (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    kind TEXT COLLATE "C" NOT NULL,
    location TEXT COLLATE "C" NOT NULL,
    secret_from TEXT COLLATE "C",
    secret_name TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE mappings (
    id TEXT COLLATE "C" PRIMARY KEY,
    legacy_source TEXT COLLATE "C" NOT NULL,
    new_source TEXT COLLATE "C" NOT NULL,
    data_type TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE checks (
    id TEXT COLLATE "C" PRIMARY KEY,
    check_name TEXT COLLATE "C" NOT NULL UNIQUE,
    mapping_id TEXT COLLATE "C" NOT NULL,
    threshold BIGINT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- `checkpoint` is the last key of the last finished batch; `scanned` says that no batch is left.
-- `wish` is what an operator has asked of a running run. `mapping` is the mapping it began with.
CREATE TABLE runs (
    id TEXT COLLATE "C" PRIMARY KEY,
    check_id TEXT COLLATE "C" NOT NULL,
    check_name TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C",
    wish TEXT COLLATE "C" NOT NULL DEFAULT '',
    requested_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    mapping_id TEXT COLLATE "C" NOT NULL,
    mapping TEXT COLLATE "C" NOT NULL,
    threshold BIGINT NOT NULL,
    rows_limit BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    rows_total BIGINT,
    rows_done BIGINT NOT NULL DEFAULT 0,
    segments_total BIGINT,
    segments_done BIGINT NOT NULL DEFAULT 0,
    matched BIGINT NOT NULL DEFAULT 0,
    missing BIGINT NOT NULL DEFAULT 0,
    extra BIGINT NOT NULL DEFAULT 0,
    different BIGINT NOT NULL DEFAULT 0,
    in_flight BIGINT NOT NULL DEFAULT 0,
    hot BIGINT NOT NULL DEFAULT 0,
    unreadable BIGINT NOT NULL DEFAULT 0,
    percentage BIGINT,
    rows_per_second BIGINT,
    eta_seconds BIGINT,
    error TEXT COLLATE "C",
    checkpoint TEXT COLLATE "C",
    scanned BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX runs_check ON runs (check_id, id);
CREATE INDEX runs_state ON runs (state, id);

CREATE TABLE run_ids (
    run_id TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    result TEXT COLLATE "C",
    detail TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, place)
);

-- Keys that looked different and are looked at again before anything is said. Digests are keyed.
CREATE TABLE candidates (
    run_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    due_at BIGINT NOT NULL,
    looks TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run_id, key)
);
CREATE INDEX candidates_due ON candidates (run_id, due_at);

CREATE TABLE differences (
    id TEXT COLLATE "C" PRIMARY KEY,
    run_id TEXT COLLATE "C" NOT NULL,
    check_id TEXT COLLATE "C" NOT NULL,
    check_name TEXT COLLATE "C" NOT NULL,
    mapping_id TEXT COLLATE "C" NOT NULL,
    entity_type TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    entity_order TEXT COLLATE "C" NOT NULL,
    field_name TEXT COLLATE "C" NOT NULL, -- '' for the whole row
    difference_type TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    legacy_value TEXT COLLATE "C", -- JSON
    new_value TEXT COLLATE "C",
    legacy_present BIGINT NOT NULL,
    new_present BIGINT NOT NULL,
    sensitive BIGINT NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    found_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    resolved BIGINT NOT NULL DEFAULT 0,
    resolved_at BIGINT,
    resolution_notes TEXT COLLATE "C",
    repair_id TEXT COLLATE "C",
    legacy_print TEXT COLLATE "C" NOT NULL, -- keyed digest of the whole compared row, '' when absent
    new_print TEXT COLLATE "C" NOT NULL,
    rows TEXT COLLATE "C" NOT NULL, -- both rows as they may be shown
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX differences_open ON differences (check_id, entity_id, field_name) WHERE resolved = 0;
CREATE INDEX differences_run ON differences (run_id, found_at, id);
CREATE INDEX differences_found ON differences (resolved, found_at, id);
CREATE INDEX differences_entity ON differences (resolved, entity_order, field_name, id);
CREATE INDEX differences_field ON differences (resolved, field_name, entity_order, id);
CREATE INDEX differences_repair ON differences (repair_id) WHERE repair_id IS NOT NULL;

CREATE TABLE repairs (
    id TEXT COLLATE "C" PRIMARY KEY,
    check_id TEXT COLLATE "C" NOT NULL,
    mapping_id TEXT COLLATE "C" NOT NULL,
    entity_type TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    target_platform TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    assigned_to TEXT COLLATE "C",
    requested_by TEXT COLLATE "C" NOT NULL,
    requested_at BIGINT NOT NULL,
    decided_by TEXT COLLATE "C",
    decided_at BIGINT,
    decision_reason TEXT COLLATE "C",
    started_at BIGINT,
    ended_at BIGINT,
    mapping TEXT COLLATE "C" NOT NULL,
    field_names TEXT COLLATE "C" NOT NULL, -- JSON list, empty for a whole row
    fields TEXT COLLATE "C" NOT NULL, -- JSON: field, before, after, sensitive
    statement TEXT COLLATE "C" NOT NULL,
    condition TEXT COLLATE "C" NOT NULL,
    sentence TEXT COLLATE "C" NOT NULL,
    legacy_print TEXT COLLATE "C" NOT NULL,
    new_print TEXT COLLATE "C" NOT NULL,
    verification TEXT COLLATE "C", -- JSON
    error TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    history TEXT COLLATE "C" NOT NULL, -- JSON list
    version BIGINT NOT NULL
);
CREATE INDEX repairs_status ON repairs (status, id);
CREATE INDEX repairs_assigned ON repairs (assigned_to, id);
