// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/grayfile.h"

#include "models/core/csv.h"
#include "models/core/ids.h"
#include "models/core/jsonitems.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 4> GrayColumns{"id", "result", "added_at", "added_by"};

class GrayRows {
public:
    Result<void> add(std::string id, std::size_t row)
    {
        if (auto room = count(); !room) return room;
        if (isValidId(id))
            m_file.ids.push_back(std::move(id));
        else
            reject(row, "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
        return {};
    }
    Result<void> addWrong(std::size_t row, std::string message)
    {
        if (auto room = count(); !room) return room;
        reject(row, std::move(message));
        return {};
    }
    GrayFile take()
    {
        std::ranges::sort(m_file.ids);
        m_file.ids.erase(std::ranges::unique(m_file.ids).begin(), m_file.ids.end());
        return std::move(m_file);
    }

private:
    Result<void> count()
    {
        if (++m_file.rows <= MostGrayRows) return {};
        return fail(ErrorKind::TooLarge, "more than " + std::to_string(MostGrayRows) + " rows: import them in parts");
    }
    void reject(std::size_t row, std::string message)
    {
        ++m_file.errorCount;
        if (m_file.errors.size() < MostGrayErrors) m_file.errors.push_back({row, std::move(message)});
    }

    GrayFile m_file;
};

// Where the ids stand.
Result<std::size_t> idColumnOf(const std::vector<std::string> &cells)
{
    for (const std::string &cell : cells) {
        const std::string pointer = "/columns/" + pointerToken(cell.substr(0, 100));
        if (std::ranges::find(GrayColumns, cell) == GrayColumns.end())
            return invalid(pointer, "is not a column of a gray list; the first line must name id, and may name result, "
                                    "added_at and added_by");
        if (std::ranges::count(cells, cell) > 1) return invalid(pointer, "stands twice in the first line");
    }
    const auto id = std::ranges::find(cells, "id");
    if (id == cells.end()) return invalid("/columns/id", "is required");
    return static_cast<std::size_t>(id - cells.begin());
}

} // namespace

void appendGrayHead(std::string &csv)
{
    csv += "\xEF\xBB\xBF";
    appendCsvRecord(csv, {GrayColumns.begin(), GrayColumns.end()});
}

void appendGrayEntry(std::string &csv, const GrayFileEntry &entry)
{
    appendCsvRecord(csv, {entry.id, std::string(grayResultWord(entry.result)), formatInstant(entry.addedAt),
                          entry.addedBy});
}

Json grayFileEntryToJson(const GrayFileEntry &entry)
{
    return {{"id", entry.id},
            {"result", grayResultWord(entry.result)},
            {"added_at", formatInstant(entry.addedAt)},
            {"added_by", entry.addedBy}};
}

Result<GrayFile> readGrayCsv(std::string_view csv)
{
    GrayRows rows;
    std::optional<std::size_t> column;
    auto read = readCsv(csv, [&](std::vector<std::string> cells, std::size_t row) -> Result<void> {
        if (column) return rows.add(std::move(cells[*column]), row);
        const auto found = idColumnOf(cells);
        if (!found) return fail(found.error());
        column = *found;
        return {};
    });
    if (!read) return fail(read.error());
    if (!column) return fail(ErrorKind::Malformed, "there is no first line that names the columns");
    return rows.take();
}

Result<GrayFile> readGrayJson(std::string_view json)
{
    GrayRows rows;
    auto read = eachJsonItem(json, "entries", [&](const Json &item, std::size_t index) -> Result<void> {
        const Json *id = &item;
        if (item.is_object()) {
            for (const auto &[name, value] : item.items()) {
                if (std::ranges::find(GrayColumns, name) == GrayColumns.end())
                    return rows.addWrong(index + 1, "has a field that is not known: " + name.substr(0, 100));
            }
            const auto named = item.find("id");
            if (named != item.end()) id = &*named;
        }
        if (!id->is_string()) return rows.addWrong(index + 1, "must be an id, or an object with one");
        return rows.add(id->get<std::string>(), index + 1);
    });
    if (!read) return fail(read.error());
    return rows.take();
}

} // namespace crossfade
