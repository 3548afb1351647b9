// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/policygatemodel.h"
#include "models/session/shiftsession.h"
#include "ui/shared/buttons.h"
#include "ui/shared/pane.h"

namespace crossfade {

class StaleChip;
class StateView;
class TableView;
class TextLabel;

// What the guards say, and behind the second segment the gates before the next step.
class GuardsPane : public Pane {
    Q_OBJECT
public:
    explicit GuardsPane(ShiftSession *session, QWidget *parent = nullptr);
    void showDetail();
    void setStale(bool stale, qint64 ageMs);

Q_SIGNALS:
    void overrideRequested(const QString &gate);
    void retry();

private:
    void showTable(int index);
    void updateOverride();

    ShiftSession *m_session;
    PolicyGateModel m_gates;
    Segmented *m_choice;
    TableView *m_guardTable;
    TableView *m_gateTable;
    StateView *m_state;
    Button *m_override;
    TextLabel *m_summary;
    StaleChip *m_stale;
};

} // namespace crossfade
