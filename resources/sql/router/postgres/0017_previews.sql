-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 15
-- What a preview was asked and made from, so that another replica can make the same one again as long as its
-- list may be read.
CREATE TABLE preview (
    id TEXT COLLATE "C" PRIMARY KEY,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    routing TEXT COLLATE "C" NOT NULL,   -- the version of what decides
    users TEXT COLLATE "C" NOT NULL,     -- a fingerprint of the directory's ids
    question TEXT COLLATE "C" NOT NULL,  -- one of the changes it asks about, as they were understood
    body TEXT COLLATE "C" NOT NULL       -- of the request
);
CREATE INDEX preview_expires ON preview (expires_at);
