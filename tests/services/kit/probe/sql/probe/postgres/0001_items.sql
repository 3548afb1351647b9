-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
CREATE TABLE items (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    version BIGINT NOT NULL
);
