-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where alerts are told beside the console, and each telling. Times are Unix milliseconds.
CREATE TABLE channel (
    id TEXT PRIMARY KEY,
    channel_name TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL, -- JSON, the secrets included
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;

-- Written with the alert, in its transaction: what was raised is told, whatever dies meanwhile.
CREATE TABLE alert_delivery (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    channel_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    occasion TEXT NOT NULL CHECK (occasion IN ('RAISED', 'REMINDED', 'TEST')),
    alert TEXT NOT NULL, -- JSON, as it was then
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'SENT', 'FAILED')),
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER, -- of a pending one
    error TEXT NOT NULL,     -- of the last attempt, '' if it succeeded
    created_at INTEGER NOT NULL,
    finished_at INTEGER
);
CREATE INDEX alert_delivery_channel ON alert_delivery (channel_id, seq);
CREATE INDEX alert_delivery_due ON alert_delivery (next_attempt_at) WHERE state = 'PENDING';
CREATE INDEX alert_delivery_created ON alert_delivery (created_at);
