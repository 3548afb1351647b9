-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- Who has to see to a conflict of a sync: a person, or whoever has a role. Both NULL: nobody yet.
ALTER TABLE sync_tasks ADD COLUMN assigned_to TEXT COLLATE "C";
ALTER TABLE sync_tasks ADD COLUMN assigned_role TEXT COLLATE "C";
