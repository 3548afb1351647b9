// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/consistency/keyrange.h"

#include <chrono>
#include <optional>
#include <string>

namespace crossfade {

// Where several processes share a store, each takes parts of a run and works on them alone: a range of
// whole keys, the looks at what looked different, or, where keys are of another kind, the whole run.
// A part is held for a time that its worker renews; whoever stands still or dies loses it to another,
// and nothing it did of it is stored any more.
struct RunPart {
    enum class Kind { Whole, Range, Recheck };
    Kind kind = Kind::Whole;
    std::string name;
    KeyRange keys;                         // of Range
    std::optional<std::string> checkpoint; // of Range: its last key that is done
};

namespace runparts {

inline constexpr std::chrono::milliseconds HeldFor{5'000};
inline constexpr std::chrono::milliseconds RenewedEvery{1'000};

// Whether a worker would find something to take. A holder's own parts are from before its last start.
Result<bool> anyFree(Database &db, const std::string &runId, const std::string &holder, Instant now);

// Up to where ranges are taken; `all`: there are no more to take.
struct Taken {
    std::optional<bool> split; // nothing: not decided
    std::optional<std::int64_t> last;
    bool all = false;
};
Result<Taken> taken(Database &db, const std::string &runId);
// Whether the run goes by ranges; of two who decide the first does.
Result<void> decide(WriteTransaction &tx, const std::string &runId, bool split);

// A part that nobody holds, else the next range, `next` (nothing: there are no more keys), unless
// another has taken one since `before`: Outcome::Again. Nothing: all that is left is held by others.
enum class Outcome { Got, Nothing, Again, Ended };
struct Claim {
    Outcome outcome = Outcome::Nothing;
    RunPart part;
};
Result<Claim> take(WriteTransaction &tx, const std::string &runId, const std::string &holder, const Taken &before,
                   const std::optional<KeyRange> &next);

// In each transaction that stores work of a part: false where it is another's by now.
Result<bool> hold(WriteTransaction &tx, const std::string &runId, const RunPart &part, const std::string &holder);
// A range is done up to there.
Result<void> note(Database &db, const std::string &runId, const RunPart &part, const std::string &checkpoint);
// A range is done; true where it was the last one of the run.
Result<bool> finish(Database &db, const std::string &runId, const RunPart &part);

// Whether somebody else has part of the run, and is heard of.
Result<bool> areHeldByOthers(WriteTransaction &tx, const std::string &runId, const std::string &holder);
Result<void> renew(WriteTransaction &tx, const std::string &holder);
Result<void> leave(Database &db, const std::string &holder);       // all it has, for others to take at once
Result<void> leaveRun(Database &db, const std::string &runId);     // whoever has parts of it
Result<void> forget(Database &db, const std::string &runId);       // the run has ended
// A run that was worked on in parts comes to a store with one process (a copy was put back): unless
// all ranges were done it begins anew, with nothing counted. True where it was such a run.
Result<bool> joinAgain(Database &db, const std::string &runId);

} // namespace runparts
} // namespace crossfade
