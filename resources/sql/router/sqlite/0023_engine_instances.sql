-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 22
-- Traffic engines as their agents told of them last, and how the leader judged each. Times are Unix milliseconds by
-- the store's clock, but sent_at.
CREATE TABLE engine_instance (
    agent_id TEXT NOT NULL,
    instance TEXT NOT NULL,
    address TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    boot_since INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL, -- epoch; 0: none of this boot
    acknowledged_at INTEGER,
    refused INTEGER,               -- epoch
    refusal TEXT NOT NULL,
    refused_at INTEGER,
    converged INTEGER,             -- epoch; NULL: no log line tells
    heard_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,      -- by the agent's clock
    gone_at INTEGER,               -- its agent serves it no more
    drift_cause TEXT,
    drift_since INTEGER,
    PRIMARY KEY (agent_id, instance)
);

-- Which epoch put it in force: engines must have it. 0: before there was this column.
ALTER TABLE key_index ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
