// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/approvalrecords.h"

#include <string>
#include <vector>

namespace crossfade::orphanedapprovals {

// An open question that nothing can follow an answer to.
struct Orphan {
    std::string id;
    std::string why;
};

// Those whose policy or group cannot be read (a newer or older program wrote it, or it is broken), is gone, or no
// longer waits for them; and those of the master switch whose change cannot be read.
Result<std::vector<Orphan>> find(Database &db);
// Closes them, with the reason, and carries nothing out. On a timer, where this replica leads; it reads the store.
void close(Store &store);

} // namespace crossfade::orphanedapprovals
