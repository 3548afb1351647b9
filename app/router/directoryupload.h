// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directorysource.h"
#include "app/service/store.h"

#include <functional>

namespace crossfade {

// Which table keeps an upload's parts: they look the same.
enum class UploadTable { Directory, KeyIndex };

// Calls `visit` with each line that is not empty and its number from 1; stops at false.
void eachUploadedLine(std::string_view body, const std::function<bool(std::string_view, std::size_t)> &visit);

// The ids of an upload's body: one a line, as plain text, or as NDJSON (a string, or an object with
// `field`). Malformed names the line.
Result<void> readUploadedIds(std::string_view body, bool json, const IdSink &sink, const char *field = "user_id");

// Stores the ids in parts of about a megabyte, a transaction each, so that no other change waits long;
// answers the upload's id. Nothing refers to it yet.
Result<std::string> storeUpload(Store &store, UploadTable table, const Actor &actor, const IdSet &ids);
Result<void> removeOtherUploads(Database &db, UploadTable table, std::string_view keptUpload);
Result<void> readUpload(Database &db, UploadTable table, std::string_view uploadId, const IdSink &sink);

} // namespace crossfade
