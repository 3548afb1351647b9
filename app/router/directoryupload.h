// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directorysource.h"
#include "app/service/store.h"

namespace crossfade {

// The ids of an upload's body: one a line, as plain text, or as NDJSON (a string, or an object with
// user_id). Malformed names the line.
Result<void> readUploadedIds(std::string_view body, bool json, const IdSink &sink);

// Stores the ids in parts of about a megabyte, a transaction each, so that no other change waits long;
// answers the upload's id. Nothing refers to it yet.
Result<std::string> storeUpload(Store &store, const Actor &actor, const IdSet &ids);
Result<void> removeOtherUploads(Database &db, std::string_view keptUpload);
Result<void> readUpload(Database &db, std::string_view uploadId, const IdSink &sink);

} // namespace crossfade
