// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directorysource.h"
#include "app/service/http.h"
#include "app/service/store.h"
#include "models/routing/idset.h"

#include <functional>
#include <memory>

namespace crossfade {

// Which table keeps an upload's parts: they look the same.
enum class UploadTable { Directory, KeyIndex };

// Calls `visit` with each line that is not empty and its number from 1; stops at false.
void eachUploadedLine(std::string_view body, const std::function<bool(std::string_view, std::size_t)> &visit);

// The ids of an upload's body: one a line, as plain text, or as NDJSON (a string, or an object with
// `field`). Malformed names the line, after those of the pieces before this one.
Result<void> readUploadedIds(std::string_view body, bool json, const IdSink &sink, const char *field = "user_id",
                             std::size_t linesBefore = 0);

// The body of a directory that is uploaded while it arrives: of it only the ids are kept. All or nothing: the
// first wrong line refuses it.
class DirectoryUpload : public BodySink {
public:
    // Asked with the first piece: whether the directory may be replaced. No other change begins while what it
    // answers is kept.
    using Changing = Result<std::shared_ptr<void>>;
    using Begin = std::function<Changing()>;
    DirectoryUpload(bool json, Begin begin);

    Result<void> take(std::string_view piece) override;
    // All has arrived: the change, handed over, and its ids.
    Changing changing();
    Result<IdSet> finish();

private:
    Result<void> begun();
    Result<void> taken(std::string_view piece);
    Result<void> readLines(std::string_view lines);

    const bool m_json;
    const Begin m_begin;
    std::shared_ptr<void> m_changing;
    IdSetBuilder m_ids;
    std::string m_line; // whose end has not arrived
    std::size_t m_lines = 0;
    std::size_t m_read = 0; // ids
};

// Stores the ids in parts of about a megabyte, a transaction each, so that no other change waits long;
// answers the upload's id. Nothing refers to it yet.
Result<std::string> storeUpload(Store &store, UploadTable table, const Actor &actor, const IdSet &ids);
Result<void> removeOtherUploads(Database &db, UploadTable table, std::string_view keptUpload);
Result<void> readUpload(Database &db, UploadTable table, std::string_view uploadId, const IdSink &sink);

} // namespace crossfade
