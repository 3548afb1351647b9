-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 14
-- Which fields an update is about to write on which side (JSON list of their places; NULL: every one): where only one of
-- the two sides was written, that one is learnt.
ALTER TABLE sync_intents ADD COLUMN legacy_fields TEXT;
ALTER TABLE sync_intents ADD COLUMN new_fields TEXT;
