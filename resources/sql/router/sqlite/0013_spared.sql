-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Of those with a difference: on NEW when the hold would have begun, so that it does not move them back. In
-- list_revision the definition {"spared": true} says the same.
ALTER TABLE held_entry ADD COLUMN spared INTEGER NOT NULL DEFAULT 0 CHECK (spared IN (0, 1));
