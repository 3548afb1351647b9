-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 24
-- Differences are counted by cause, field and type without a look at their rows. The cause comes first: what lists are
-- filtered by stays with the indexes that have the lists' order.
CREATE INDEX differences_counts ON differences (resolved, cause, field_name, difference_type, ignored_by);
-- What a rule hides now, and how much of each check: no rows of what it hid once are read.
DROP INDEX differences_ignored;
CREATE INDEX differences_ignored ON differences (ignored_by, resolved, check_id) WHERE ignored_by IS NOT NULL;

-- The fields that mappings have as sensitive. What was found of one before it was so is shown to nobody any more.
CREATE TABLE sensitive_fields (
    mapping_id TEXT NOT NULL,
    field TEXT NOT NULL,
    PRIMARY KEY (mapping_id, field)
) WITHOUT ROWID;
INSERT INTO sensitive_fields (mapping_id, field)
SELECT DISTINCT m.id, json_extract(f.value, '$.name') FROM mappings m, json_each(m.body, '$.fields') f
WHERE json_extract(f.value, '$.sensitive') = 1 AND json_extract(f.value, '$.name') IS NOT NULL;
