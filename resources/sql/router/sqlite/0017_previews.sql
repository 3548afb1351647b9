-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 15
-- What a preview was asked and made from, so that another replica can make the same one again as long as its
-- list may be read.
CREATE TABLE preview (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    routing TEXT NOT NULL,   -- the version of what decides
    users TEXT NOT NULL,     -- a fingerprint of the directory's ids
    question TEXT NOT NULL,  -- one of the changes it asks about, as they were understood
    body TEXT NOT NULL       -- of the request
);
CREATE INDEX preview_expires ON preview (expires_at);
