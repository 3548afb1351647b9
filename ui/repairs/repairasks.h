// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/repairssession.h"

class QWidget;

namespace crossfade {

// The questions before a single repair task is approved for later, undone, or let go ahead although it looks like a
// loss. `reason` is what was written already.
void askToSchedule(RepairsSession *session, const RepairRow &row, const QString &reason, QWidget *parent);
void askToUndo(RepairsSession *session, const RepairRow &row, const QString &reason, QWidget *parent);
void askToDelete(RepairsSession *session, const RepairRow &row, const DeletionStop &stop, const QString &reason,
                 QWidget *parent);

// Why a deletion was stopped, as people read it: the comparator's own sentence tells how to ask it over HTTP.
QString deletionStopText(const DeletionStop &stop);
// What came of a repair, or of its undo: empty while there is nothing to tell.
QString repairErrorText(const std::string &error);
QString undoText(const RepairRow &row);

} // namespace crossfade
