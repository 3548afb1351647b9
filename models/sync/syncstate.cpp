// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/syncstate.h"

namespace crossfade {

namespace {

// What a cell of the table says.
enum class TableEntry { No, Stay, Backfill, Follow, GoOn, Pause, Suspend };

// A row for each state in the order of SyncStates, a column for each command in the order of SyncCommands.
constexpr TableEntry Table[5][8] = {
    // Backfill, Run, Pause, Suspend, Finish, Demand, Replace, Delete
    {TableEntry::Backfill, TableEntry::GoOn, TableEntry::Pause, TableEntry::Suspend, TableEntry::No, TableEntry::Stay, TableEntry::Stay, TableEntry::Stay}, // Waiting
    {TableEntry::No, TableEntry::No, TableEntry::Pause, TableEntry::Suspend, TableEntry::Follow, TableEntry::No, TableEntry::No, TableEntry::No}, // Backfilling
    {TableEntry::Backfill, TableEntry::Follow, TableEntry::Pause, TableEntry::Suspend, TableEntry::No, TableEntry::Stay, TableEntry::Stay, TableEntry::No}, // Following
    {TableEntry::Backfill, TableEntry::GoOn, TableEntry::No, TableEntry::No, TableEntry::No, TableEntry::Stay, TableEntry::Stay, TableEntry::Stay}, // Paused
    {TableEntry::Backfill, TableEntry::GoOn, TableEntry::Pause, TableEntry::No, TableEntry::No, TableEntry::Stay, TableEntry::Stay, TableEntry::Stay}, // Suspended
};

} // namespace

std::string_view syncStateWord(SyncState state)
{
    switch (state) {
    case SyncState::Waiting:
        return "WAITING";
    case SyncState::Backfilling:
        return "BACKFILLING";
    case SyncState::Following:
        return "FOLLOWING";
    case SyncState::Paused:
        return "PAUSED";
    case SyncState::Suspended:
        break;
    }
    return "SUSPENDED";
}

std::optional<SyncState> syncStateFromWord(std::string_view word)
{
    for (const SyncState state : SyncStates) {
        if (syncStateWord(state) == word) return state;
    }
    return std::nullopt;
}

std::string_view syncCommandWord(SyncCommand command)
{
    static constexpr std::array<std::string_view, 8> Words{"backfill", "run",    "pause",   "suspend",
                                                           "finish",   "demand", "replace", "delete"};
    return Words[static_cast<std::size_t>(command)];
}

std::optional<SyncState> afterSyncCommand(SyncState state, SyncCommand command, bool unfinished)
{
    switch (Table[static_cast<std::size_t>(state)][static_cast<std::size_t>(command)]) {
    case TableEntry::No:
        return std::nullopt;
    case TableEntry::Stay:
        return state;
    case TableEntry::Backfill:
        return SyncState::Backfilling;
    case TableEntry::Follow:
        return SyncState::Following;
    case TableEntry::GoOn:
        return unfinished ? SyncState::Backfilling : SyncState::Following;
    case TableEntry::Pause:
        return SyncState::Paused;
    case TableEntry::Suspend:
        break;
    }
    return SyncState::Suspended;
}

} // namespace crossfade
