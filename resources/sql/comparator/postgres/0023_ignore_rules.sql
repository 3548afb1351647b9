-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 23
-- A comparator without this would list, count and alert of what somebody has accepted. Times are Unix milliseconds.
CREATE TABLE ignore_rules (
    id TEXT COLLATE "C" PRIMARY KEY,
    rule TEXT COLLATE "C" NOT NULL, -- JSON: what it hides
    check_id TEXT COLLATE "C", -- it is about this check alone, and goes with it
    reason TEXT COLLATE "C" NOT NULL,
    ends_at BIGINT, -- NULL: never by itself
    ended BIGINT NOT NULL DEFAULT 0, -- 1: that time has come, and what it hid is being shown again
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- How often the rules have changed, and up to which of these changes all open differences were held against them.
CREATE TABLE ignore_state (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    changes BIGINT NOT NULL,
    applied BIGINT NOT NULL
);
INSERT INTO ignore_state (one, changes, applied) VALUES (1, 0, 0);

-- The rule that hides a difference; NULL: it is shown. The indexes have it too, so that counting reads no rows.
ALTER TABLE differences ADD COLUMN ignored_by TEXT COLLATE "C";
CREATE INDEX differences_ignored ON differences (ignored_by) WHERE ignored_by IS NOT NULL;
DROP INDEX differences_run;
DROP INDEX differences_found;
DROP INDEX differences_entity;
DROP INDEX differences_field;
CREATE INDEX differences_run ON differences (run_id, found_at, id, ignored_by);
CREATE INDEX differences_found ON differences (resolved, found_at, id, ignored_by);
CREATE INDEX differences_entity ON differences (resolved, entity_order, field_name, id, ignored_by);
CREATE INDEX differences_field ON differences (resolved, field_name, entity_order, id, ignored_by);

-- Rows that differ in nothing but what rules hide; of them those that one side lacks.
ALTER TABLE runs ADD COLUMN ignored BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN ignored_whole BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_fields ADD COLUMN ignored BIGINT NOT NULL DEFAULT 0;

-- How many differences each rule hid in a run, with the reason it had then: a rule that is gone is told all the same.
CREATE TABLE run_ignored (
    run_id TEXT COLLATE "C" NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    differences BIGINT NOT NULL,
    PRIMARY KEY (run_id, rule_id)
);
