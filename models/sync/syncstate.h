// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace crossfade {

// Where a sync stands. Whether it is active at all is its definition's word.
enum class SyncState {
    Waiting,     // for its backfill, or to be run
    Backfilling, // copies what exists
    Following,   // carries changes over
    Paused,      // by an operator
    Suspended,   // by itself: a mass change, or an error with ALERT; somebody must look
};
enum class SyncCommand {
    Backfill, // copy what exists, from where an unfinished one stopped
    Run,      // follow changes, at once; goes on with an unfinished backfill
    Pause,
    Suspend, // the service
    Finish,  // the backfill has ended
    Demand,  // single entities, now
    Replace, // a new definition
    Delete,
};
inline constexpr std::array SyncStates{SyncState::Waiting, SyncState::Backfilling, SyncState::Following,
                                       SyncState::Paused, SyncState::Suspended};
inline constexpr std::array SyncCommands{SyncCommand::Backfill, SyncCommand::Run,    SyncCommand::Pause,
                                         SyncCommand::Suspend,  SyncCommand::Finish, SyncCommand::Demand,
                                         SyncCommand::Replace,  SyncCommand::Delete};

std::string_view syncStateWord(SyncState state);
std::optional<SyncState> syncStateFromWord(std::string_view word);
std::string_view syncCommandWord(SyncCommand command);

// The state after the command (after Delete: the same), or nothing if it does not fit. `unfinished`: a backfill was
// begun and has not come to its end.
std::optional<SyncState> afterSyncCommand(SyncState state, SyncCommand command, bool unfinished);

} // namespace crossfade
