-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 14
-- The undo of an insert is a deletion: those of the last day count against the same limits.
ALTER TABLE repairs ADD COLUMN undo_ended_at INTEGER; -- Unix milliseconds, of one that is undone; NULL: it is not, or was before
