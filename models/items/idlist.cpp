// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/idlist.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace crossfade {

namespace {

constexpr std::string_view Separators = " \t\r\n\v\f,;";
constexpr std::size_t ShownOfAnId = 40; // bytes

// Not in the midst of a character.
std::string beginningOf(const std::string &id)
{
    std::size_t end = std::min(id.size(), ShownOfAnId);
    while (end < id.size() && end > 0 && (static_cast<unsigned char>(id[end]) & 0xC0) == 0x80)
        --end;
    return id.substr(0, end);
}

// From behind the opening quote to behind the closing one; false where there is none.
bool readQuoted(std::string_view text, std::size_t &at, std::string &id)
{
    for (; at < text.size(); ++at) {
        if (text[at] != '"') {
            id += text[at];
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
            id += '"';
            ++at;
        } else {
            ++at;
            return true;
        }
    }
    return false;
}

void stop(IdList &list, IdList::Problem problem, const std::string &id)
{
    list.problem = problem;
    list.where = beginningOf(id);
}

} // namespace

IdList idsIn(std::string_view text)
{
    IdList list;
    std::unordered_set<std::string> known;
    std::size_t bytes = 0;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(Separators, at)) != std::string_view::npos) {
        std::string id;
        if (text[at] == '"') {
            if (!readQuoted(text, ++at, id)) {
                stop(list, IdList::Problem::OpenQuote, id);
                return list;
            }
        } else {
            const std::size_t end = std::min(text.find_first_of(Separators, at), text.size());
            id = text.substr(at, end - at);
            at = end;
        }
        if (id.empty()) continue;
        if (id.size() > LongestRunId) {
            stop(list, IdList::Problem::TooLong, id);
            return list;
        }
        if (!known.insert(id).second) {
            ++list.again;
            continue;
        }
        bytes += id.size() + 3; // with its quotes and comma
        if (list.ids.size() == MostRunIds || bytes > MostIdBytes) {
            list.problem = bytes > MostIdBytes ? IdList::Problem::TooLarge : IdList::Problem::TooMany;
            return list;
        }
        list.ids.push_back(std::move(id));
    }
    if (list.ids.empty()) list.problem = IdList::Problem::Empty;
    return list;
}

} // namespace crossfade
