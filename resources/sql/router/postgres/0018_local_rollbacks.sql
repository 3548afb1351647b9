-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 15
-- Rollbacks that may be done while the store does not answer: each that is stored, in the ordinary way or later,
-- by the id of its request, so that it is stored once.
CREATE TABLE rollback_act (
    id TEXT COLLATE "C" PRIMARY KEY,
    at BIGINT NOT NULL
);
-- When an act that was done without the store came into it; null of all others.
ALTER TABLE shift_history ADD COLUMN stored_at BIGINT;
ALTER TABLE group_history ADD COLUMN stored_at BIGINT;
