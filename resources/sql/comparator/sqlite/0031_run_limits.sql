-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- The version of a run that its limit was last changed with: what it counts meanwhile makes nobody's look at the limit stale.
ALTER TABLE runs ADD COLUMN limit_version INTEGER NOT NULL DEFAULT 0;
