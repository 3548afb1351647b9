-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 2
-- Syncs: what is kept in sync (`body` is JSON, as it was set) and where each stands.
CREATE TABLE sync_configs (
    id TEXT COLLATE "C" PRIMARY KEY,
    source_system TEXT COLLATE "C" NOT NULL,
    target_system TEXT COLLATE "C" NOT NULL,
    data_type TEXT COLLATE "C" NOT NULL,
    mapping_id TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    active BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C", -- why it suspended itself
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX sync_configs_triple ON sync_configs (source_system, target_system, data_type);
CREATE INDEX sync_configs_mapping ON sync_configs (mapping_id);

-- What the service itself keeps of a sync; counts are of all time, whatever of the log is still there. Marks are
-- places in the change columns, `backfill_key` is the last key of the last finished chunk, `pass_wish` an asked pass
-- (1, or 2: whatever the mass limits say), `mapping_print` a digest of the mapping that the remembered values are of.
CREATE TABLE sync_progress (
    config_id TEXT COLLATE "C" PRIMARY KEY,
    mapping_print TEXT COLLATE "C" NOT NULL DEFAULT '',
    legacy_mark TEXT COLLATE "C",
    legacy_storage TEXT COLLATE "C" NOT NULL DEFAULT 't',
    new_mark TEXT COLLATE "C",
    new_storage TEXT COLLATE "C" NOT NULL DEFAULT 't',
    backfill_state TEXT COLLATE "C" NOT NULL DEFAULT 'NONE',
    backfill_key TEXT COLLATE "C",
    backfill_rows BIGINT NOT NULL DEFAULT 0,
    backfill_total BIGINT,
    backfill_started_at BIGINT,
    backfill_ended_at BIGINT,
    pass_wish BIGINT NOT NULL DEFAULT 0,
    pending BIGINT NOT NULL DEFAULT 0,
    last_pass_at BIGINT,
    caught_up_at BIGINT,
    last_sweep_at BIGINT,
    last_error TEXT COLLATE "C",
    successful BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    retrying BIGINT NOT NULL DEFAULT 0,
    duration_ms BIGINT NOT NULL DEFAULT 0,
    last_sync_at BIGINT
);

-- What each side held when both were last in step: JSON lists of a text for each compared field, "-" for NULL, "=…" a
-- value, "#…" a keyed digest of a sensitive or long one. NULL: no row. `fresh` '=': the same as `legacy`.
CREATE TABLE sync_bases (
    config_id TEXT COLLATE "C" NOT NULL,
    entity_order TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    legacy TEXT COLLATE "C",
    fresh TEXT COLLATE "C",
    PRIMARY KEY (config_id, entity_order)
);

-- Entities whose sync has not come to its end: QUEUED (demanded), RETRYING (again at `due_at`), DEAD (a person must
-- act), SKIPPED and DISCARDED (left as they are until one side changes again). One for each entity, so changes keep
-- their order. `seen` is a keyed digest of both rows.
CREATE TABLE sync_tasks (
    id TEXT COLLATE "C" PRIMARY KEY,
    config_id TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL, -- DEMAND, ERROR, CONFLICT
    error TEXT COLLATE "C",
    retry_count BIGINT NOT NULL DEFAULT 0,
    demanded BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL DEFAULT '',
    payload TEXT COLLATE "C", -- JSON: both sides as they may be shown, the fields in conflict
    edit TEXT COLLATE "C", -- JSON: what an operator decided
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX sync_tasks_entity ON sync_tasks (config_id, entity_id);
CREATE INDEX sync_tasks_due ON sync_tasks (config_id, state, due_at);
CREATE INDEX sync_tasks_state ON sync_tasks (state, id);

CREATE TABLE sync_logs (
    id TEXT COLLATE "C" PRIMARY KEY,
    config_id TEXT COLLATE "C" NOT NULL,
    task_id TEXT COLLATE "C",
    source_system TEXT COLLATE "C" NOT NULL,
    target_system TEXT COLLATE "C" NOT NULL,
    data_type TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    error_message TEXT COLLATE "C",
    retry_count BIGINT NOT NULL,
    permanent BIGINT NOT NULL
);
CREATE INDEX sync_logs_config ON sync_logs (config_id, id);
CREATE INDEX sync_logs_entity ON sync_logs (entity_id, id);
CREATE INDEX sync_logs_status ON sync_logs (status, id);
