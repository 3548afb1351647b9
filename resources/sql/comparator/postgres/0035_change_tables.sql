-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- Up to which number a sync has read a side's table of changes, and of which table that number is.
ALTER TABLE sync_progress ADD COLUMN legacy_changes TEXT COLLATE "C";
ALTER TABLE sync_progress ADD COLUMN legacy_sequence BIGINT;
ALTER TABLE sync_progress ADD COLUMN new_changes TEXT COLLATE "C";
ALTER TABLE sync_progress ADD COLUMN new_sequence BIGINT;
