-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Alerts on their way to the router, the oldest first. One that is still waiting takes up the next
-- of its type and subject.
CREATE TABLE alerts_waiting (
    id TEXT COLLATE "C" PRIMARY KEY,
    type TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL, -- JSON, as the router takes it
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX alerts_waiting_subject ON alerts_waiting (type, subject_id);
