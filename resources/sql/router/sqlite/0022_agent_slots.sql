-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 21
-- What agents beside traffic engines counted, second by second, as they sent it: each once, whichever router it came
-- to and however often. Kept a little longer than an hour; users as long as a window that counts them may be.
CREATE TABLE agent_slot (
    agent_id TEXT NOT NULL,
    second INTEGER NOT NULL,    -- since 1970, by the agent's clock
    boot_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,     -- that stored it
    at INTEGER NOT NULL,        -- Unix milliseconds, when it came
    offset_ms INTEGER NOT NULL, -- how far the agent's clock was ahead then
    data TEXT NOT NULL,         -- JSON
    users TEXT NOT NULL,        -- JSON; '': none, or no longer
    PRIMARY KEY (agent_id, second, boot_id)
);
CREATE INDEX agent_slot_epoch ON agent_slot (epoch);
CREATE INDEX agent_slot_at ON agent_slot (at);

-- Ten seconds and minutes of the same, for charts.
CREATE TABLE agent_metric_slot (
    resolution INTEGER NOT NULL CHECK (resolution IN (10, 60)), -- seconds
    second INTEGER NOT NULL,                                    -- start, since 1970
    platform TEXT NOT NULL CHECK (platform IN ('LEGACY', 'NEW')),
    system_id TEXT NOT NULL,
    policy_id TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (resolution, second, platform, system_id, policy_id)
);

-- Each agent's clock against the store's when it was heard last. Level: 0, 1 (an alert), 2 (its evidence is stale).
CREATE TABLE agent_clock (
    agent_id TEXT PRIMARY KEY,
    boot_id TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    offset_ms INTEGER NOT NULL,
    level INTEGER NOT NULL
);
