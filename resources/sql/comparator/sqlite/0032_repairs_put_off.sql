-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- Why an approved repair waits for the others: its database refused it as long as they are not carried out. NULL: it does not.
ALTER TABLE repairs ADD COLUMN put_off TEXT;
-- Whether whoever asked for it named the side that counts; else it was the mapping's.
ALTER TABLE repairs ADD COLUMN side_by_request INTEGER NOT NULL DEFAULT 0;
