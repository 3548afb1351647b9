-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 23
-- Who pushed the held, and up to which of its own changes, as of source_version: whatever other version the set has by
-- now, somebody else has changed it since (a router before this script among them), and only a whole set is good on it.
ALTER TABLE held_set ADD COLUMN source TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE held_set ADD COLUMN source_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE held_set ADD COLUMN source_version BIGINT NOT NULL DEFAULT 0;
-- The push that is being put in force in parts; its parts are refused once another one has begun. '': none.
ALTER TABLE held_set ADD COLUMN push TEXT COLLATE "C" NOT NULL DEFAULT '';

-- What a comparator told last of its checks (JSON list). It counts for so many seconds: one that is dead tells nothing.
CREATE TABLE consistency_told (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    source TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL, -- of its own; what is older than what is known is refused
    told_at BIGINT NOT NULL,  -- Unix milliseconds by the store's clock
    valid_seconds BIGINT NOT NULL,
    epoch BIGINT NOT NULL,    -- so that replicas take up what is new to them
    checks TEXT COLLATE "C" NOT NULL
);
INSERT INTO consistency_told (one, source, sequence, told_at, valid_seconds, epoch, checks) VALUES (1, '', 0, 0, 0, 0, '[]');
