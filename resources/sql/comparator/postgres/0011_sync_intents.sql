-- SPDX-FileCopyrightText: The Crossfade authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- oldest: 10
-- What a sync is about to write, stored before it does: what is to be remembered of each entity then, in the form of
-- sync_bases. Gone once that is remembered. What a process that died has left is held against what the sides show.
CREATE TABLE sync_intents (
    config_id TEXT COLLATE "C" NOT NULL,
    entity_order TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    mapping_print TEXT COLLATE "C" NOT NULL, -- what gives the values their meaning
    to_legacy BIGINT NOT NULL,  -- which sides are written
    to_new BIGINT NOT NULL,
    legacy TEXT COLLATE "C",
    fresh TEXT COLLATE "C",
    PRIMARY KEY (config_id, entity_order)
);
