-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- Runs may look at what changed since a mark, which programs before this script cannot go on with.
-- What is known of a check from its last run that ended whole: up to where each side's change column has been seen
-- (`run_id` proved it; NULL: from the first value on), of which mapping and databases (`print`), when all rows were last
-- compared and all keys last looked at, and how many rows there were then.
CREATE TABLE check_changes (
    check_id TEXT PRIMARY KEY,
    print TEXT NOT NULL,
    run_id TEXT NOT NULL,
    legacy_mark TEXT,
    legacy_storage TEXT NOT NULL,
    new_mark TEXT,
    new_storage TEXT NOT NULL,
    full_run_id TEXT NOT NULL,
    full_at INTEGER NOT NULL,
    keys_at INTEGER NOT NULL,
    runs_since_keys INTEGER NOT NULL,
    population INTEGER NOT NULL,
    unreadable INTEGER NOT NULL
);

-- Of a run of scope FULL or INCREMENTAL: where the change columns stood by the databases' clocks before it read
-- anything (`noted_at`; NULL: not yet), which become the check's once it has ended whole. Of one that is INCREMENTAL also
-- from where it reads, whether it looks at all keys, and what it began with.
CREATE TABLE run_changes (
    run_id TEXT PRIMARY KEY,
    print TEXT NOT NULL,
    noted_at INTEGER,
    legacy_mark TEXT,
    legacy_storage TEXT NOT NULL DEFAULT 't',
    new_mark TEXT,
    new_storage TEXT NOT NULL DEFAULT 't',
    legacy_from TEXT,
    legacy_from_storage TEXT NOT NULL DEFAULT 't',
    new_from TEXT,
    new_from_storage TEXT NOT NULL DEFAULT 't',
    sides TEXT NOT NULL DEFAULT '',
    with_keys INTEGER NOT NULL DEFAULT 0,
    full_run_id TEXT,
    full_at INTEGER,
    keys_at INTEGER,
    population INTEGER,
    unreadable INTEGER NOT NULL DEFAULT 0,
    carried INTEGER
);
