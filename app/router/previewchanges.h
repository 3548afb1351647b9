// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerstate.h"

#include <string>
#include <vector>

namespace crossfade {

// What a preview is asked for, as changes of the snapshot.
struct PreviewQuestion {
    std::vector<SnapshotChange> changes;
    std::string systemId; // the users come through it; "" for none
    std::optional<Instant> at;
};

// Reads the body of POST /previews; mistakes name their field.
Result<PreviewQuestion> readPreviewQuestion(const Json &body, Database &db, const Snapshot &snapshot,
                                            const PolicyLookup &lookup, const GroupLookup &groups);

} // namespace crossfade
