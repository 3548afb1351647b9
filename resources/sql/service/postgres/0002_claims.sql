-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 1
-- Requests with a key that are under way and act before anything of them is stored (a message that is sent):
-- another replica that is asked for the same must not act, too. A claim of a process that died runs out.
CREATE TABLE claim (
    subject TEXT COLLATE "C" NOT NULL,
    method TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    holder TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (subject, method, path, key)
);
