// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/drillrow.h"
#include "models/items/historymodel.h"
#include "models/session/shiftsession.h"

#include <QDialog>

#include <optional>

namespace crossfade {

class Segmented;
class StateView;
class TableView;
class TextLabel;

// Asks what a policy, as it is saved or as a form has it, would have done with what was recorded in the
// last hours, and shows it. Nothing changes by it; closing takes the question back.
class DrillDialog : public QDialog {
    Q_OBJECT
public:
    // `unsaved`: the definition to drill instead of the stored one.
    DrillDialog(ShiftSession *session, const PolicyRow &row, std::optional<ShiftPolicy> unsaved,
                QWidget *parent = nullptr);

private:
    void ask();
    void answer(const Result<DrillReport> &report);

    ShiftSession *m_session;
    const std::string m_id;
    const std::optional<ShiftPolicy> m_unsaved;
    HistoryModel m_entries;
    Segmented *m_range;
    TextLabel *m_sentence;
    TextLabel *m_caveats;
    StateView *m_state;
    int m_generation = 0; // of the question; answers to others are late
};

} // namespace crossfade
