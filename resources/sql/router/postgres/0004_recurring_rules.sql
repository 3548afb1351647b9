-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- A time rule that comes again every week: the four stand together, or all are null. Bit 0 of weekdays is
-- Monday; minutes count from midnight by the clocks of the zone, an IANA name.
ALTER TABLE rule ADD COLUMN weekdays BIGINT CHECK (weekdays BETWEEN 1 AND 127);
ALTER TABLE rule ADD COLUMN from_minute BIGINT CHECK (from_minute BETWEEN 0 AND 1439);
ALTER TABLE rule ADD COLUMN to_minute BIGINT CHECK (to_minute BETWEEN 0 AND 1439);
ALTER TABLE rule ADD COLUMN time_zone TEXT COLLATE "C";
