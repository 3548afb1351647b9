-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- How a database wants to be treated by checks: a query of its load and the most it may answer, the milliseconds that a
-- statement may take.
ALTER TABLE sources ADD COLUMN load_sql TEXT COLLATE "C";
ALTER TABLE sources ADD COLUMN load_at_most DOUBLE PRECISION;
ALTER TABLE sources ADD COLUMN statement_ms BIGINT;
-- Which side's load a run waits for, and what was answered.
ALTER TABLE runs ADD COLUMN waiting_for TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN load_value DOUBLE PRECISION;
