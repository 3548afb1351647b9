-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a relative guard was judged by: the other platform's value, and the chance of such a difference.
ALTER TABLE judgement ADD COLUMN reference DOUBLE PRECISION;
ALTER TABLE judgement ADD COLUMN p_value DOUBLE PRECISION;
