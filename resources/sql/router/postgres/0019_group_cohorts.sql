-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 15
-- What was measured of a user group's members, by the platform that served them.
CREATE TABLE group_slot (
    group_id TEXT COLLATE "C" NOT NULL,
    resolution BIGINT NOT NULL CHECK (resolution IN (1, 10, 60)), -- seconds
    second BIGINT NOT NULL,                                       -- start, since 1970
    platform TEXT COLLATE "C" NOT NULL CHECK (platform IN ('LEGACY', 'NEW')),
    data TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (group_id, resolution, second, platform)
);
CREATE INDEX group_slot_second ON group_slot (resolution, second);

-- A change that moves the users of one batch alone has that batch as its target: a user's history reads those of
-- his own. What an older version wrote has none, and is read for everybody.
CREATE INDEX revision_wide ON revision (seq) WHERE kind <> 'rule' AND target_after IS NULL;
CREATE INDEX revision_batch ON revision (object_id, target_after) WHERE kind = 'group' AND target_after IS NOT NULL;

-- Of the leader that judged or looked. NULL: written by a version that did not say, or not by a leader.
ALTER TABLE judgement ADD COLUMN term BIGINT;
ALTER TABLE shift_recording ADD COLUMN term BIGINT;
