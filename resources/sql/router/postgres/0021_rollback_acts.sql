-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 15
-- Those that no router can still have in its journal are forgotten, found by their time.
CREATE INDEX rollback_act_at ON rollback_act (at);
