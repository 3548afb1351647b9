-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 15
-- When channels were last told of an alert: one that only comes again is counted, and must not put off its
-- reminder for ever. NULL: as last_raised_at, of an older version.
ALTER TABLE alert ADD COLUMN told_at INTEGER; -- Unix milliseconds
