-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 36
-- What the mark of a side is a place in: the change table with its columns (JSON), or '' for the mapping's change column.
-- A mark that is a place in something else than what tells of the changes now is none. (`body` may name change tables,
-- which older programs do not know.)
ALTER TABLE sync_progress ADD COLUMN legacy_capture TEXT NOT NULL DEFAULT '';
ALTER TABLE sync_progress ADD COLUMN new_capture TEXT NOT NULL DEFAULT '';
