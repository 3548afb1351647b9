-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Several routers on one PostgreSQL database; in SQLite both tables stay as they are made here. Times are Unix
-- milliseconds by the database's clock. Each leader has a term of its own: what it does is stored only while
-- that is still the term here.
CREATE TABLE leader (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    term BIGINT NOT NULL,
    holder TEXT COLLATE "C" NOT NULL, -- '' while there was none yet
    expires_at BIGINT NOT NULL
);
INSERT INTO leader (one, term, holder, expires_at) VALUES (1, 0, '', 0);

-- What one replica was told of requests, on its way to the others.
CREATE TABLE observed (
    epoch BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    replica TEXT COLLATE "C" NOT NULL,
    data TEXT COLLATE "C" NOT NULL -- JSON
);

-- What came after an epoch is read by the other replicas.
CREATE INDEX IF NOT EXISTS revision_epoch ON revision (epoch);
CREATE INDEX IF NOT EXISTS list_revision_epoch ON list_revision (epoch);
