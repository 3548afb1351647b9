// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/repairstore.h"
#include "app/comparator/setmember.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// The target's row as it was right before a repair wrote to it. Of sensitive fields nothing is kept, nor of a row that is
// too large; columns that the mapping does not name are not read at all.
struct BeforeImage {
    bool present = false;
    bool tooLarge = false;
    bool dropped = false; // it was kept for its time
    std::vector<std::optional<SqlParameter>> cells; // in the order of the compared fields; none: not kept
};
Json imageJson(const RepairRecord &repair, const std::optional<SourceRow> &row);
std::optional<BeforeImage> imageFromJson(const Json &json); // nothing: none was kept

// A keyed digest of the row's every byte, not of what its values mean; "" of no row.
std::string exactPrint(const Fingerprint &print, const std::optional<SourceRow> &row);

// Why it cannot be undone, for people.
std::optional<std::string> undoObstacle(const RepairRecord &repair, const std::optional<BeforeImage> &image);
// Whether the target holds again what it held before. Precondition: no obstacle.
bool isUndone(const RepairRecord &repair, const BeforeImage &image, const std::optional<SourceRow> &row);
// What the undo writes to; `row` is what the target holds now.
RepairTarget undoTarget(const RepairRecord &repair, const BeforeImage &image, const std::optional<SourceRow> &row);
// Compare-and-set on the row as just read. Preconditions: no obstacle, and the row is what the repair left.
BuiltStatement undoStatement(const RepairRecord &repair, const Fingerprint &print, const BeforeImage &image,
                             const std::optional<SourceRow> &row);

// A repair whose undo was asked for.
struct UndoRecord {
    RepairRecord repair;
    std::optional<BeforeImage> image;
    std::optional<std::string> writtenPrint;
    std::string state;
};
Result<UndoRecord> loadUndo(Database &db, const std::string &id);
// Asks for it; done by whoever leads. What is asked for or done already stays as it is. Forbidden for whoever asked for a
// repair that needs a second person, else Conflict with the reason.
Result<Json> requestUndo(WriteTransaction &tx, const std::string &id, const std::string &reason);
// Puts these fields into the stored undo; with its state among them, which is told.
Result<Json> changeUndo(WriteTransaction &tx, const std::string &id, const Json &fields);

} // namespace crossfade
