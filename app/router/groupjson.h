// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupmeasures.h"
#include "app/router/grouprecords.h"

namespace crossfade {

// The API's UserGroup: the definition, with where it stands under `shift`.
Json groupRecordToJson(const GroupRecord &record, GroupMeasures::Counts counts, Instant now);
// One row of /batches.
Json batchToJson(const GroupRecord &record, std::size_t batch, GroupMeasures::Counts counts);
// The states of batches; of a draft as they will be.
BatchTable batchesOf(const GroupRecord &record);

} // namespace crossfade
