-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 24
-- Mappings may be of sets, which programs before this script would take for single rows.
-- Of a difference and a repair in a set, a keyed digest of the member; '' of all others.
ALTER TABLE differences ADD COLUMN member TEXT NOT NULL DEFAULT '';
ALTER TABLE repairs ADD COLUMN member TEXT NOT NULL DEFAULT '';

DROP INDEX differences_open;
CREATE UNIQUE INDEX differences_open ON differences (check_id, entity_id, field_name, member) WHERE resolved = 0;
