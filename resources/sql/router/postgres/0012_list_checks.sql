-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Of those with a difference: on NEW when the hold would have begun, so that it does not move them back. In
-- list_revision the definition {"spared": true} says the same.
ALTER TABLE held_entry ADD COLUMN spared BIGINT NOT NULL DEFAULT 0 CHECK (spared IN (0, 1));

-- The comparator's check whose mapping tells whether NEW holds an entry equal; '': nobody is asked.
ALTER TABLE gray_list ADD COLUMN check_name TEXT COLLATE "C" NOT NULL DEFAULT '';
-- What the comparator said last, and when to ask it again (null: not at all).
ALTER TABLE gray_entry ADD COLUMN result TEXT COLLATE "C" NOT NULL DEFAULT 'UNCHECKED'
    CHECK (result IN ('UNCHECKED', 'EQUAL', 'DIFFERENT', 'MISSING', 'EXTRA', 'ABSENT', 'NO_KEY'));
ALTER TABLE gray_entry ADD COLUMN checked_at BIGINT;
ALTER TABLE gray_entry ADD COLUMN looks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE gray_entry ADD COLUMN due_at BIGINT;
CREATE INDEX gray_entry_due ON gray_entry (list_name, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX gray_entry_result ON gray_entry (list_name, result, id);
