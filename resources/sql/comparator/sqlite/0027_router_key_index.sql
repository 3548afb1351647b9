-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 14
-- LEGACY's keys on their way to the router: `detail` is what the router has of them (version, time, count, digest).
INSERT INTO router_push (what, epoch, pushed, pruned, rules, detail, failures, alerted)
VALUES ('KEY_INDEX', 0, 0, 0, '', '{}', 0, 0);
