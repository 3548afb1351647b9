-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 11
-- What a repair that deletes is held against: how many rows each side of a mapping held when nobody had to be asked,
-- and how many deletions somebody has confirmed since.
CREATE TABLE deletion_guards (
    mapping_id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    legacy_rows BIGINT,              -- NULL: not known; 0: somebody said that it is meant to be empty
    new_rows BIGINT,
    confirmed BIGINT NOT NULL,       -- deletions that may still be made whatever their number
    uncounted BIGINT NOT NULL,       -- 1: and although the rows could not be counted
    counted_from BIGINT NOT NULL     -- Unix milliseconds; what was deleted before was confirmed
);
