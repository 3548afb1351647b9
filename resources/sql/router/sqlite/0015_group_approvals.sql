-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Approvals may be about a batch of a user group: that it moves (SHIFT_STEP), that it goes back (ROLLBACK).
ALTER TABLE approval ADD COLUMN group_id TEXT NOT NULL DEFAULT ''; -- '' of policies and of MASTER_SWITCH
ALTER TABLE approval ADD COLUMN group_name TEXT NOT NULL DEFAULT '';
ALTER TABLE approval ADD COLUMN batch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approval ADD COLUMN users INTEGER NOT NULL DEFAULT 0; -- of that batch

-- Lists of members that are being stored: what a sudden death leaves of one is removed by the next start.
CREATE TABLE group_list_begun (
    members_id TEXT PRIMARY KEY
);
