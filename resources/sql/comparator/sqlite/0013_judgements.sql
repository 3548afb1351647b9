-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 13
-- Mappings may hold rules (value maps, time zones, tolerances) that programs before this script would not keep to.
-- The tolerance, as JSON, that the two values of a difference are further apart than; NULL: none is allowed.
ALTER TABLE differences ADD COLUMN tolerance TEXT;

-- The compared fields of a run in the mapping's order, each with the rows of both sides in which it differs. A run from
-- before this script has none.
CREATE TABLE run_fields (
    run_id TEXT NOT NULL,
    field TEXT NOT NULL,
    place INTEGER NOT NULL,
    different INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, field)
) WITHOUT ROWID;
