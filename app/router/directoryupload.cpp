// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directoryupload.h"

#include "app/router/directory.h"
#include "models/core/ids.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t PartBytes = 1 << 20;
constexpr std::size_t LongestUploadLine = 64 << 10;

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

Result<void> readUploadedIds(std::string_view body, bool json, const IdSink &sink, const char *field,
                             std::size_t linesBefore)
{
    Result<void> result;
    eachLine(body, [&](std::string_view line, std::size_t number) {
        if (!json) return sink(line);
        const auto id = idOfJson(line, linesBefore + number, field);
        if (!id) result = fail(id.error());
        return id && sink(*id);
    });
    return result;
}

DirectoryUpload::DirectoryUpload(bool json, Begin begin)
    : m_json(json)
    , m_begin(std::move(begin))
    , m_ids(Directory::MostIds)
{
}

Result<void> DirectoryUpload::begun()
{
    if (m_changing) return {};
    auto changing = m_begin();
    if (!changing) return fail(changing.error());
    m_changing = std::move(*changing);
    return {};
}

DirectoryUpload::Changing DirectoryUpload::changing()
{
    if (auto good = begun(); !good) return fail(good.error()); // also of one without a body
    return std::move(m_changing);
}

// Another change may begin once this one is refused; the connection may take its time to go.
Result<void> DirectoryUpload::take(std::string_view piece)
{
    auto good = begun();
    if (good) good = taken(piece);
    if (!good) m_changing.reset();
    return good;
}

Result<void> DirectoryUpload::taken(std::string_view piece)
{
    const std::size_t end = piece.rfind('\n');
    if (end != std::string_view::npos) {
        m_line += piece.substr(0, end + 1);
        piece.remove_prefix(end + 1);
        auto read = readLines(m_line);
        m_line.clear();
        if (!read) return read;
    }
    m_line += piece;
    if (m_line.size() <= LongestUploadLine) return {};
    return fail(ErrorKind::Malformed, "line " + std::to_string(m_lines + 1) + " is longer than 64 KiB");
}

Result<void> DirectoryUpload::readLines(std::string_view lines)
{
    std::size_t wrong = 0;
    bool room = true;
    auto read = readUploadedIds(
        lines, m_json,
        [&](std::string_view id) {
            ++m_read;
            if (!isValidId(id)) wrong = m_read;
            room = wrong > 0 || m_ids.add(id);
            return wrong == 0 && room;
        },
        "user_id", m_lines);
    m_lines += static_cast<std::size_t>(std::ranges::count(lines, '\n'));
    if (!read) return read;
    if (wrong > 0)
        return invalid("/" + std::to_string(wrong - 1),
                       "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | - (id number " + std::to_string(wrong) +
                           ")");
    return room ? Result<void>() : fail(ErrorKind::TooLarge, "more ids than a directory may have");
}

Result<IdSet> DirectoryUpload::finish()
{
    if (auto read = readLines(m_line); !read) return fail(read.error());
    return m_ids.build();
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
