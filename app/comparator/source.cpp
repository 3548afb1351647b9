// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/source.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 3> KindWords{"SQLITE", "POSTGRESQL", "MARIADB"};

} // namespace

std::string_view sourceKindWord(SourceKind kind)
{
    return KindWords[static_cast<std::size_t>(kind)];
}

std::optional<SourceKind> sourceKindFromWord(std::string_view word)
{
    const auto found = std::ranges::find(KindWords, word);
    if (found == KindWords.end()) return std::nullopt;
    return static_cast<SourceKind>(found - KindWords.begin());
}

std::vector<std::string> TableView::keyColumns() const
{
    std::vector<std::string> all{key};
    all.insert(all.end(), moreKeys.begin(), moreKeys.end());
    return all;
}

TableView tableView(const Mapping &mapping, Platform side)
{
    const MappedTable &table = mapping.table(side);
    TableView view{table.relation(), table.key, mapping.keyKind, {}, table.changedColumn, {}, table.moreKeys};
    for (const MappedField &field : mapping.comparedFields())
        view.columns.push_back(field.column(side));
    view.fields = mapping.comparedFields();
    view.set = mapping.isOfSets();
    return view;
}

TableView keysOf(TableView view)
{
    view.columns.clear();
    view.fields.clear();
    return view;
}

TableView memberView(const Mapping &mapping, Platform side)
{
    TableView view = tableView(mapping, side);
    const std::vector<std::string> keys = mapping.rowKeyColumns(side);
    view.keyKind = KeyKind::Text;
    view.moreKeys.assign(keys.begin() + 1, keys.end());
    view.fields.clear();
    view.set = false;
    return view;
}

TableView rowView(const Mapping &mapping, Platform side)
{
    return mapping.isOfSets() ? memberView(mapping, side) : tableView(mapping, side);
}

namespace {

Failure cannotSync()
{
    return fail(ErrorKind::Conflict, "a source of this kind cannot be synced");
}

} // namespace

Result<std::vector<SourceRow>> Source::changedSince(const TableView &, const std::optional<ChangePlace> &, int)
{
    return cannotSync();
}

Result<std::optional<ChangePlace>> Source::lastChange(const TableView &)
{
    return cannotSync();
}

Result<std::chrono::microseconds> Source::databaseTime()
{
    return cannotSync();
}

Result<std::vector<WrittenRow>> Source::write(const TableView &, const std::vector<RowWrite> &, const MayCommit &)
{
    return cannotSync();
}

Result<std::vector<WrittenRow>> Source::writeInTurn(const TableView &, const std::vector<RowWrite> &,
                                                    const std::vector<RowWrite> &, const MayCommit &)
{
    return cannotSync();
}

std::string sampleText(std::int64_t seed)
{
    return std::to_string(seed) + ":";
}

Failure tooManySampled()
{
    return fail(ErrorKind::Conflict, "the table has far more rows than it had when the sample was planned");
}

Failure noSingleNumber()
{
    return fail(ErrorKind::Conflict, "does not answer with one number");
}

Result<double> numberOf(const Cell &text)
{
    double value = 0;
    if (!text) return noSingleNumber();
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (problem != std::errc() || end != text->data() + text->size()) return noSingleNumber();
    return value;
}

void appendLines(const Cell &text, std::vector<std::string> &lines)
{
    std::istringstream in(text.value_or(std::string()));
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
}

Result<std::string> readSecret(const std::optional<SecretReference> &reference)
{
    if (!reference) return std::string();
    if (!reference->fromFile) {
        const char *value = std::getenv(reference->name.c_str());
        if (value) return std::string(value);
        return fail(ErrorKind::Unavailable,
                    "the environment variable " + reference->name + " is not set");
    }
    std::ifstream file(reference->name);
    std::string line(4'096, '\0');
    if (!file)
        return fail(ErrorKind::Unavailable,
                    "the secret file " + reference->name + " cannot be read");
    file.read(line.data(), static_cast<std::streamsize>(line.size()));
    line.resize(static_cast<std::size_t>(file.gcount()));
    return line.substr(0, line.find_first_of("\r\n"));
}

} // namespace crossfade
