-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which share holds for a session, by when it began: JSON, [] where users move at once.
ALTER TABLE policy_cover ADD COLUMN sessions TEXT NOT NULL DEFAULT '[]';
