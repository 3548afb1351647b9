-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 12
-- Mappings may hold rules (value maps, time zones, tolerances) that programs before this script would not keep to.
-- The tolerance, as JSON, that the two values of a difference are further apart than; NULL: none is allowed.
ALTER TABLE differences ADD COLUMN tolerance TEXT COLLATE "C";
