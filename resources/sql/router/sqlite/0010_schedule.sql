-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the runner saw at its looks and what people did, so that a policy can be drilled. Kept as long as
-- judgements are. In the order of shift_version, then place (1: an order, which ends that version), then
-- at: times alone do not say whether a look came before an order.
CREATE TABLE shift_recording (
    seq INTEGER PRIMARY KEY,
    policy_id TEXT NOT NULL,
    shift_version INTEGER NOT NULL,
    place INTEGER NOT NULL CHECK (place IN (0, 1)),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('LOOK', 'ORDER', 'RESTART')),
    data TEXT NOT NULL -- JSON
);
CREATE INDEX shift_recording_policy ON shift_recording (policy_id, at);
CREATE INDEX shift_recording_at ON shift_recording (at);
