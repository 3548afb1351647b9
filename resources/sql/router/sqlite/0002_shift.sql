-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Shift policies and where they stand, what was done and judged, who was asked, what was measured.
-- Times are Unix milliseconds (seconds where the name says so), percentages hundredths of a percent.
CREATE TABLE shift_policy (
    id TEXT PRIMARY KEY,
    policy_name TEXT NOT NULL,
    definition TEXT NOT NULL, -- JSON as the API gives it
    status TEXT NOT NULL,     -- JSON: state, percentage, target, …
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL,       -- of the definition
    shift_version INTEGER NOT NULL  -- of the status
) WITHOUT ROWID;

CREATE TABLE shift_history (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    policy_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    from_percentage INTEGER NOT NULL,
    to_percentage INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('SUCCESS', 'FAILED', 'HELD')),
    state TEXT NOT NULL,
    error TEXT,
    epoch INTEGER NOT NULL,
    cause TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT
);
CREATE INDEX shift_history_policy ON shift_history (policy_id, seq);

CREATE TABLE approval (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('ROLLBACK', 'SHIFT_STEP')),
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'APPROVED', 'REJECTED', 'EXPIRED')),
    policy_id TEXT NOT NULL,
    policy_name TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    default_action TEXT NOT NULL CHECK (default_action IN ('APPROVE', 'REJECT')),
    summary TEXT NOT NULL,
    evidence TEXT,
    from_percentage INTEGER NOT NULL,
    to_percentage INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    decision_reason TEXT,
    version INTEGER NOT NULL
);
CREATE INDEX approval_state ON approval (state, seq);

CREATE TABLE alert (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dedupe_key TEXT NOT NULL,
    type TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH')),
    message TEXT NOT NULL,
    details TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    last_raised_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    acknowledged_by TEXT,
    acknowledged_at INTEGER
);
-- One open alert a cause.
CREATE UNIQUE INDEX alert_open ON alert (dedupe_key) WHERE acknowledged_at IS NULL;

CREATE TABLE judgement (
    policy_id TEXT NOT NULL,
    guard_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    value REAL,
    samples INTEGER NOT NULL,
    critical INTEGER NOT NULL,
    window_from INTEGER NOT NULL,
    window_to INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (policy_id, guard_id, at)
) WITHOUT ROWID;
CREATE INDEX judgement_at ON judgement (at);

CREATE TABLE metric_slot (
    resolution INTEGER NOT NULL CHECK (resolution IN (1, 10, 60)), -- seconds
    second INTEGER NOT NULL,                                       -- start, since 1970
    platform TEXT NOT NULL CHECK (platform IN ('LEGACY', 'NEW')),
    system_id TEXT NOT NULL,
    policy_id TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (resolution, second, platform, system_id, policy_id)
) WITHOUT ROWID;
