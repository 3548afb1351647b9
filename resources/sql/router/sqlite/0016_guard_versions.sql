-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 15
-- Which definition of its guard a judgement is of: a guard that was edited keeps its id, and what was judged
-- by the old definition is not to count for the new one. NULL: written by a version that did not say.
ALTER TABLE judgement ADD COLUMN guard TEXT;
