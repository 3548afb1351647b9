-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- Runs may look at what changed since a mark, which programs before this script cannot go on with.
-- What is known of a check from its last run that ended whole: up to where each side's change column has been seen
-- (`run_id` proved it; NULL: from the first value on), of which mapping and databases (`print`), when all rows were last
-- compared and all keys last looked at, and how many rows there were then.
CREATE TABLE check_changes (
    check_id TEXT COLLATE "C" PRIMARY KEY,
    print TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    legacy_mark TEXT COLLATE "C",
    legacy_storage TEXT COLLATE "C" NOT NULL,
    new_mark TEXT COLLATE "C",
    new_storage TEXT COLLATE "C" NOT NULL,
    full_run_id TEXT COLLATE "C" NOT NULL,
    full_at BIGINT NOT NULL,
    keys_at BIGINT NOT NULL,
    runs_since_keys BIGINT NOT NULL,
    population BIGINT NOT NULL,
    unreadable BIGINT NOT NULL
);

-- Of a run of scope FULL or INCREMENTAL: where the change columns stood by the databases' clocks before it read
-- anything (`noted_at`; NULL: not yet), which become the check's once it has ended whole. Of one that is INCREMENTAL also
-- from where it reads, whether it looks at all keys, and what it began with.
CREATE TABLE run_changes (
    run_id TEXT COLLATE "C" PRIMARY KEY,
    print TEXT COLLATE "C" NOT NULL,
    noted_at BIGINT,
    legacy_mark TEXT COLLATE "C",
    legacy_storage TEXT COLLATE "C" NOT NULL DEFAULT 't',
    new_mark TEXT COLLATE "C",
    new_storage TEXT COLLATE "C" NOT NULL DEFAULT 't',
    legacy_from TEXT COLLATE "C",
    legacy_from_storage TEXT COLLATE "C" NOT NULL DEFAULT 't',
    new_from TEXT COLLATE "C",
    new_from_storage TEXT COLLATE "C" NOT NULL DEFAULT 't',
    sides TEXT COLLATE "C" NOT NULL DEFAULT '',
    with_keys BIGINT NOT NULL DEFAULT 0,
    full_run_id TEXT COLLATE "C",
    full_at BIGINT,
    keys_at BIGINT,
    population BIGINT,
    unreadable BIGINT NOT NULL DEFAULT 0,
    carried BIGINT
);
