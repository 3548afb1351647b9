-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- The switches of lines 2, 6 and 8a of the decision table and of what is laid over it.
ALTER TABLE switches ADD COLUMN forward_only BIGINT NOT NULL DEFAULT 0 CHECK (forward_only IN (0, 1));
ALTER TABLE switches ADD COLUMN dual_write BIGINT NOT NULL DEFAULT 0 CHECK (dual_write IN (0, 1));
ALTER TABLE switches ADD COLUMN aggregation BIGINT NOT NULL DEFAULT 0 CHECK (aggregation IN (0, 1));
ALTER TABLE switches ADD COLUMN inserts_to_new BIGINT NOT NULL DEFAULT 0 CHECK (inserts_to_new IN (0, 1));
ALTER TABLE switches ADD COLUMN id_threshold BIGINT CHECK (id_threshold >= 0);
-- Hundredths of a percent.
ALTER TABLE switches ADD COLUMN read_compare BIGINT NOT NULL DEFAULT 0 CHECK (read_compare BETWEEN 0 AND 10000);
