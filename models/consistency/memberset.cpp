// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/memberset.h"

#include "models/consistency/normalform.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace crossfade {

namespace {

// The next member of a cell, which loses it; nothing at its end.
std::optional<std::string_view> takeMember(std::string_view &cell)
{
    std::size_t bytes = 0;
    const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), bytes);
    const auto begin = static_cast<std::size_t>(end - cell.data()) + 1;
    if (problem != std::errc() || begin > cell.size() || *end != ':' || bytes > cell.size() - begin) return std::nullopt;
    const std::string_view member = cell.substr(begin, bytes);
    cell.remove_prefix(begin + bytes);
    return member;
}

// Each form with the first spelling that has it.
std::map<std::string, std::string> spellingsOf(const MappedField &field, Platform side, const Cell &cell)
{
    std::map<std::string, std::string> spellings;
    for (std::string &member : membersOf(cell.value_or("")))
        spellings.emplace(memberForm(field, side, member), std::move(member));
    return spellings;
}

} // namespace

std::string membersCell(std::vector<std::string> members)
{
    std::ranges::sort(members);
    const auto repeated = std::ranges::unique(members);
    members.erase(repeated.begin(), repeated.end());
    std::string cell;
    for (const std::string &member : members)
        appendEncoded(cell, member);
    return cell;
}

std::vector<std::string> membersOf(std::string_view cell)
{
    std::vector<std::string> members;
    while (const auto member = takeMember(cell))
        members.emplace_back(*member);
    return members;
}

std::size_t memberCount(std::string_view cell)
{
    std::size_t count = 0;
    while (takeMember(cell))
        ++count;
    return count;
}

std::string memberForm(const MappedField &field, Platform side, const std::string &member)
{
    return valueForm(field, side, member).value_or(std::string());
}

std::vector<MemberDifference> compareMembers(const MappedField &field, const Cell &legacy, const Cell &fresh)
{
    const auto before = spellingsOf(field, Platform::Legacy, legacy);
    const auto after = spellingsOf(field, Platform::New, fresh);
    std::vector<MemberDifference> found;
    for (const auto &[form, spelling] : before) {
        if (!after.contains(form)) found.push_back({DifferenceType::Missing, spelling, form});
    }
    for (const auto &[form, spelling] : after) {
        if (!before.contains(form)) found.push_back({DifferenceType::Extra, spelling, form});
    }
    std::ranges::sort(found, {}, &MemberDifference::form);
    return found;
}

Cell setForm(const MappedField &field, Platform side, const Cell &cell)
{
    std::vector<std::string> forms;
    for (const auto &[form, spelling] : spellingsOf(field, side, cell))
        forms.push_back(form);
    return membersCell(std::move(forms));
}

MappedField memberField(const MappedField &field)
{
    MappedField member = field;
    member.set = false;
    return member;
}

KeyedRow emptySetRow(const std::string &key)
{
    return {key, {Cell(std::string())}, {}};
}

bool isSet(const std::vector<MappedField> &compared)
{
    return compared.size() == 1 && compared.front().set;
}

} // namespace crossfade
