// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directoryupload.h"

namespace crossfade {

namespace {

constexpr std::size_t PartBytes = 1 << 20;

// Calls `visit` with each line and its number; stops at false.
template <class Visit>
void eachLine(std::string_view text, Visit visit)
{
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty() && !visit(line, number)) return;
    }
}

std::string tableName(UploadTable table)
{
    return table == UploadTable::Directory ? "directory_part" : "key_index_part";
}

Result<std::string> idOfJson(std::string_view line, std::size_t number, const char *field)
{
    const auto json = parseJson(line, 4);
    const std::string where = "line " + std::to_string(number);
    if (!json) return fail(ErrorKind::Malformed, where + ": " + json.error().message);
    const Json *value = &*json;
    if (json->is_object() && json->contains(field)) value = &json->at(field);
    if (value->is_string()) return value->get<std::string>();
    return fail(ErrorKind::Malformed, where + " must be a string, or an object with " + field);
}

Result<void> storePart(Store &store, UploadTable table, const Actor &actor, const std::string &upload, std::int64_t part,
                       std::string text)
{
    const auto done = store.writeAndWait(actor, [&](WriteTransaction &tx) -> Result<Json> {
        const auto row = tx.db().execute(
            "INSERT INTO " + tableName(table) + " (upload_id, part, ids) VALUES (?, ?, ?)", {upload, part, text});
        if (!row) return fail(row.error());
        return Json();
    });
    if (!done) return fail(done.error());
    return {};
}

} // namespace

void eachUploadedLine(std::string_view body, const std::function<bool(std::string_view, std::size_t)> &visit)
{
    eachLine(body, visit);
}

Result<void> readUploadedIds(std::string_view body, bool json, const IdSink &sink, const char *field)
{
    Result<void> result;
    eachLine(body, [&](std::string_view line, std::size_t number) {
        if (!json) return sink(line);
        const auto id = idOfJson(line, number, field);
        if (!id) result = fail(id.error());
        return id && sink(*id);
    });
    return result;
}

Result<std::string> storeUpload(Store &store, UploadTable table, const Actor &actor, const IdSet &ids)
{
    const std::string upload = store.environment().newId();
    std::string text;
    std::int64_t part = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        text += ids.at(i);
        text += '\n';
        if (text.size() < PartBytes && i + 1 < ids.size()) continue;
        auto stored = storePart(store, table, actor, upload, part++, std::move(text));
        if (!stored) return fail(stored.error());
        text.clear();
    }
    return upload;
}

Result<void> removeOtherUploads(Database &db, UploadTable table, std::string_view keptUpload)
{
    const auto done = db.execute("DELETE FROM " + tableName(table) + " WHERE upload_id <> ?",
                                 {std::string(keptUpload)});
    if (!done) return fail(done.error());
    return {};
}

Result<void> readUpload(Database &db, UploadTable table, std::string_view uploadId, const IdSink &sink)
{
    return db.each("SELECT ids FROM " + tableName(table) + " WHERE upload_id = ? ORDER BY part",
                   {std::string(uploadId)}, [&](const SqlRow &row) {
                       bool goOn = true;
                       eachLine(row.text(0), [&](std::string_view line, std::size_t) {
                           goOn = sink(line);
                           return goOn;
                       });
                       return goOn;
                   });
}

} // namespace crossfade
