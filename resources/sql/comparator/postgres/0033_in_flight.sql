-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 29
-- The differences of rows that are still in motion, of a run: few, found among many, and gone with it.
CREATE INDEX differences_in_flight ON differences (run_id, entity_id) WHERE state = 'IN_FLIGHT';
