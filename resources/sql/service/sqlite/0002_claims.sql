-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 1
-- Requests with a key that are under way and act before anything of them is stored (a message that is sent):
-- another replica that is asked for the same must not act, too. A claim of a process that died runs out.
CREATE TABLE claim (
    subject TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    holder TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (subject, method, path, key)
);
