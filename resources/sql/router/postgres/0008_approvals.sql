-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Approvals of a third kind: a change of the switches that sends everybody to NEW, about no policy. Its
-- change is JSON: the version it was asked over, the choice before and after.
ALTER TABLE approval DROP CONSTRAINT IF EXISTS approval_kind_check;
ALTER TABLE approval ADD CONSTRAINT approval_kind_check
    CHECK (kind IN ('ROLLBACK', 'SHIFT_STEP', 'MASTER_SWITCH'));
ALTER TABLE approval ADD COLUMN second_person BIGINT NOT NULL DEFAULT 0 CHECK (second_person IN (0, 1));
ALTER TABLE approval ALTER COLUMN second_person DROP DEFAULT;
ALTER TABLE approval ADD COLUMN switches_change TEXT COLLATE "C";
-- One open question about the master switch at a time.
CREATE UNIQUE INDEX IF NOT EXISTS approval_master_open ON approval (kind)
    WHERE state = 'OPEN' AND kind = 'MASTER_SWITCH';
