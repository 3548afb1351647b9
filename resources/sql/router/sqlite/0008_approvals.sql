-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Approvals of a third kind: a change of the switches that sends everybody to NEW, about no policy. Its
-- change is JSON: the version it was asked over, the choice before and after.
CREATE TABLE approval_of_any_kind (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('ROLLBACK', 'SHIFT_STEP', 'MASTER_SWITCH')),
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'APPROVED', 'REJECTED', 'EXPIRED')),
    policy_id TEXT NOT NULL,   -- '' of MASTER_SWITCH
    policy_name TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    default_action TEXT NOT NULL CHECK (default_action IN ('APPROVE', 'REJECT')),
    summary TEXT NOT NULL,
    evidence TEXT,
    from_percentage INTEGER NOT NULL,
    to_percentage INTEGER NOT NULL,
    second_person INTEGER NOT NULL CHECK (second_person IN (0, 1)),
    switches_change TEXT,
    decided_by TEXT,
    decided_at INTEGER,
    decision_reason TEXT,
    version INTEGER NOT NULL
);
INSERT INTO approval_of_any_kind (seq, id, kind, state, policy_id, policy_name, requested_by, requested_at,
                                  deadline, default_action, summary, evidence, from_percentage,
                                  to_percentage, second_person, decided_by, decided_at,
                                  decision_reason, version)
SELECT seq, id, kind, state, policy_id, policy_name, requested_by, requested_at, deadline, default_action,
       summary, evidence, from_percentage, to_percentage, 0, decided_by, decided_at, decision_reason,
       version
FROM approval;
DROP TABLE approval;
ALTER TABLE approval_of_any_kind RENAME TO approval;
CREATE INDEX approval_state ON approval (state, seq);
-- One open question about the master switch at a time.
CREATE UNIQUE INDEX approval_master_open ON approval (kind) WHERE state = 'OPEN' AND kind = 'MASTER_SWITCH';
