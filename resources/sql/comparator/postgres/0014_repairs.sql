-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 14
-- A comparator without this would carry out at once what is to wait for its time, and let people approve what they asked
-- for themselves. Times are Unix milliseconds.
ALTER TABLE repairs ADD COLUMN assigned_role TEXT COLLATE "C"; -- who has it, where that is no person
ALTER TABLE repairs ADD COLUMN second_person BIGINT NOT NULL DEFAULT 0; -- whoever asked for it may not approve it
ALTER TABLE repairs ADD COLUMN execute_at BIGINT; -- of an approved one; NULL: at once
ALTER TABLE repairs ADD COLUMN repaired_fields TEXT COLLATE "C"; -- JSON list of what was written, NULL: nothing was

-- Who gets a new repair to see to, in order; the first rule that fits wins.
CREATE TABLE assignment_rules (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    rules TEXT COLLATE "C" NOT NULL, -- JSON list
    updated_at BIGINT, -- NULL: never changed
    changed_by TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL
);
INSERT INTO assignment_rules (one, rules, updated_at, changed_by, version) VALUES (1, '[]', NULL, '', 1);

-- What an undo goes by: the target's row as it was right before the repair (JSON; of sensitive fields nothing), and a
-- keyed digest of it as the repair left it. NULL: nothing was written.
ALTER TABLE repairs ADD COLUMN before_image TEXT COLLATE "C";
ALTER TABLE repairs ADD COLUMN written_print TEXT COLLATE "C";
ALTER TABLE repairs ADD COLUMN undo_state TEXT COLLATE "C" NOT NULL DEFAULT ''; -- REQUESTED, EXECUTING, DONE, STALE, FAILED; '': none
ALTER TABLE repairs ADD COLUMN undo TEXT COLLATE "C"; -- JSON, as the API tells it
CREATE INDEX repairs_undo ON repairs (undo_state, id);
