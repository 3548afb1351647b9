// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/repairrow.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace crossfade {

bool RepairRow::isOpen() const
{
    return status != "VERIFIED" && status != "REJECTED" && status != "UNDONE";
}

bool RepairRow::awaitsDecision() const
{
    return status == "PENDING" || status == "ASSIGNED";
}

bool RepairRow::waitsForItsTime() const
{
    return status == "APPROVED" && executeAt.has_value();
}

bool RepairRow::isUndoing() const
{
    return undo && (undo->status == "REQUESTED" || undo->status == "EXECUTING");
}

bool RepairRow::canBeUndone() const
{
    return !isUndoing() && (status == "VERIFIED" || (status == "FAILED" && !repairedFields.empty()));
}

std::optional<DeletionStop> deletionStop(std::string_view error)
{
    constexpr std::string_view Mark = ": nothing was deleted. If it is meant, ";
    constexpr std::string_view Count = "\"confirm_deletes\": ";
    const std::size_t mark = error.find(Mark);
    const std::size_t count = error.find(Count, mark == std::string_view::npos ? error.size() : mark);
    if (count == std::string_view::npos)
        return std::nullopt;
    DeletionStop stop{std::string(error.substr(0, mark)), 0};
    const std::string_view digits = error.substr(count + Count.size());
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), stop.open);
    if (read.ec != std::errc() || stop.open < 1)
        return std::nullopt;
    return stop;
}

bool needsAnother(const RepairRow &repair, const InboxOwner &owner)
{
    return repair.secondPerson && repair.requestedBy == owner.subject;
}

static bool isOf(const RepairRow &repair, const InboxOwner &owner)
{
    if (!repair.assignedTo.empty())
        return repair.assignedTo == owner.subject;
    return !repair.assignedRole.empty() && std::ranges::find(owner.roles, repair.assignedRole) != owner.roles.end();
}

bool belongsTo(const RepairRow &repair, RepairInbox inbox, const InboxOwner &owner)
{
    switch (inbox) {
    case RepairInbox::Open: return repair.isOpen();
    case RepairInbox::Mine: return repair.isOpen() && isOf(repair, owner);
    case RepairInbox::Unassigned: return repair.isOpen() && repair.assignee().empty();
    case RepairInbox::ForApproval: return repair.awaitsDecision();
    case RepairInbox::Failed: return repair.status == "FAILED" || repair.status == "STALE";
    case RepairInbox::Done: return !repair.isOpen();
    }
    return false;
}

} // namespace crossfade
