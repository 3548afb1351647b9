-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 2
-- Syncs: what is kept in sync (`body` is JSON, as it was set) and where each stands.
CREATE TABLE sync_configs (
    id TEXT PRIMARY KEY,
    source_system TEXT NOT NULL,
    target_system TEXT NOT NULL,
    data_type TEXT NOT NULL,
    mapping_id TEXT NOT NULL,
    body TEXT NOT NULL,
    active INTEGER NOT NULL,
    state TEXT NOT NULL,
    cause TEXT, -- why it suspended itself
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE UNIQUE INDEX sync_configs_triple ON sync_configs (source_system, target_system, data_type);
CREATE INDEX sync_configs_mapping ON sync_configs (mapping_id);

-- What the service itself keeps of a sync; counts are of all time, whatever of the log is still there. Marks are
-- places in the change columns, `backfill_key` is the last key of the last finished chunk, `pass_wish` an asked pass
-- (1, or 2: whatever the mass limits say), `mapping_print` a digest of the mapping that the remembered values are of.
CREATE TABLE sync_progress (
    config_id TEXT PRIMARY KEY,
    mapping_print TEXT NOT NULL DEFAULT '',
    legacy_mark TEXT,
    legacy_storage TEXT NOT NULL DEFAULT 't',
    new_mark TEXT,
    new_storage TEXT NOT NULL DEFAULT 't',
    backfill_state TEXT NOT NULL DEFAULT 'NONE',
    backfill_key TEXT,
    backfill_rows INTEGER NOT NULL DEFAULT 0,
    backfill_total INTEGER,
    backfill_started_at INTEGER,
    backfill_ended_at INTEGER,
    pass_wish INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    last_pass_at INTEGER,
    caught_up_at INTEGER,
    last_sweep_at INTEGER,
    last_error TEXT,
    successful INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    retrying INTEGER NOT NULL DEFAULT 0,
    duration_ms INTEGER NOT NULL DEFAULT 0,
    last_sync_at INTEGER
);

-- What each side held when both were last in step: JSON lists of a text for each compared field, "-" for NULL, "=…" a
-- value, "#…" a keyed digest of a sensitive or long one. NULL: no row. `fresh` '=': the same as `legacy`.
CREATE TABLE sync_bases (
    config_id TEXT NOT NULL,
    entity_order TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    legacy TEXT,
    fresh TEXT,
    PRIMARY KEY (config_id, entity_order)
) WITHOUT ROWID;

-- Entities whose sync has not come to its end: QUEUED (demanded), RETRYING (again at `due_at`), DEAD (a person must
-- act), SKIPPED and DISCARDED (left as they are until one side changes again). One for each entity, so changes keep
-- their order. `seen` is a keyed digest of both rows.
CREATE TABLE sync_tasks (
    id TEXT PRIMARY KEY,
    config_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    state TEXT NOT NULL,
    cause TEXT NOT NULL, -- DEMAND, ERROR, CONFLICT
    error TEXT,
    retry_count INTEGER NOT NULL DEFAULT 0,
    demanded INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    seen TEXT NOT NULL DEFAULT '',
    payload TEXT, -- JSON: both sides as they may be shown, the fields in conflict
    edit TEXT, -- JSON: what an operator decided
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE UNIQUE INDEX sync_tasks_entity ON sync_tasks (config_id, entity_id);
CREATE INDEX sync_tasks_due ON sync_tasks (config_id, state, due_at);
CREATE INDEX sync_tasks_state ON sync_tasks (state, id);

CREATE TABLE sync_logs (
    id TEXT PRIMARY KEY,
    config_id TEXT NOT NULL,
    task_id TEXT,
    source_system TEXT NOT NULL,
    target_system TEXT NOT NULL,
    data_type TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    action TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    error_message TEXT,
    retry_count INTEGER NOT NULL,
    permanent INTEGER NOT NULL
);
CREATE INDEX sync_logs_config ON sync_logs (config_id, id);
CREATE INDEX sync_logs_entity ON sync_logs (entity_id, id);
CREATE INDEX sync_logs_status ON sync_logs (status, id);
