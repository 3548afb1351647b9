-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Prometheus servers that guards may ask: one set, changed as a whole. Secrets are named, not held.
-- Times are Unix milliseconds; 0 until somebody changes it.
CREATE TABLE metric_sources (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    sources TEXT COLLATE "C" NOT NULL, -- JSON: the list as the API gives it
    updated_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL
);
INSERT INTO metric_sources (one, sources, updated_at, changed_by, version) VALUES (1, '[]', 0, 'service', 1);
