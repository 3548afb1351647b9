-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 22
-- Traffic engines as their agents told of them last, and how the leader judged each. Times are Unix milliseconds by
-- the store's clock, but sent_at.
CREATE TABLE engine_instance (
    agent_id TEXT COLLATE "C" NOT NULL,
    instance TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    boot_id TEXT COLLATE "C" NOT NULL,
    boot_since BIGINT NOT NULL,
    acknowledged BIGINT NOT NULL, -- epoch; 0: none of this boot
    acknowledged_at BIGINT,
    refused BIGINT,               -- epoch
    refusal TEXT COLLATE "C" NOT NULL,
    refused_at BIGINT,
    converged BIGINT,             -- epoch; NULL: no log line tells
    heard_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,      -- by the agent's clock
    gone_at BIGINT,               -- its agent serves it no more
    drift_cause TEXT COLLATE "C",
    drift_since BIGINT,
    PRIMARY KEY (agent_id, instance)
);

-- Which epoch put it in force: engines must have it. 0: before there was this column.
ALTER TABLE key_index ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
