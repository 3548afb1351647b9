-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 28
-- Runs may look at a sample, which programs before this script would take for a look at all rows.
-- When a check runs by itself and what of: `frequency` is JSON, NULL where only somebody starts it; `next_run_at` is
-- when it is due. `sample_size` 0: all rows. `notification_channels` is a JSON array of the router's channels.
ALTER TABLE checks ADD COLUMN frequency TEXT;
ALTER TABLE checks ADD COLUMN next_run_at INTEGER;
ALTER TABLE checks ADD COLUMN sample_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checks ADD COLUMN auto_repair_enabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checks ADD COLUMN notification_channels TEXT NOT NULL DEFAULT '[]';
CREATE INDEX checks_due ON checks (next_run_at) WHERE next_run_at IS NOT NULL;

-- Of a run of scope SAMPLE: how many rows were asked for, by which seed; once they are drawn (their keys are in run_ids)
-- the last hash that is in the sample. `population`: rows of the larger side when it began. The bounds are of the
-- consistency of all rows, in hundredths of a percent.
ALTER TABLE runs ADD COLUMN sample_size INTEGER;
ALTER TABLE runs ADD COLUMN sample_seed INTEGER;
ALTER TABLE runs ADD COLUMN sample_bound INTEGER;
ALTER TABLE runs ADD COLUMN population INTEGER;
ALTER TABLE runs ADD COLUMN lower_bound INTEGER;
ALTER TABLE runs ADD COLUMN upper_bound INTEGER;
ALTER TABLE runs ADD COLUMN outcome TEXT;

-- 1: of what a finished run found, that which may be repaired without asking is still to be asked for.
ALTER TABLE runs ADD COLUMN repairs_due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX runs_repairs_due ON runs (id) WHERE repairs_due = 1;
