// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/switchessession.h"
#include "ui/shared/pane.h"

#include <functional>
#include <utility>
#include <vector>

class QLineEdit;

namespace crossfade {

class ApprovalsSession;
class Button;
class ElidingLabel;
class PercentSpin;
class ReasonField;
class Segmented;
class StateView;
class TextLabel;

// The switches that apply to every request, each with a sentence on what it does.
class SwitchesPanel : public Pane {
    Q_OBJECT
public:
    SwitchesPanel(SwitchesSession *session, ApprovalsSession *approvals, QWidget *parent = nullptr);

Q_SIGNALS:
    void approvalRequested(const QString &approvalId);

private:
    QWidget *makeWaiting();
    void syncWaiting();
    QWidget *makeRows();
    QWidget *makeRow(const QString &title, const QString &sentence, QWidget *editor,
                     ElidingLabel *state);
    // OFF or ON of one of the choices.
    Segmented *makeToggle(const QString &name, const char *objectName, bool Switches::*choice);
    void edit(const std::function<void(Switches &)> &change);
    void syncThreshold(const Switches &wanted);
    void syncLists(const Switches &wanted);
    void makeBar();
    void sync();
    void syncState();

    SwitchesSession *m_session;
    ApprovalsSession *m_approvals;
    QWidget *m_waiting = nullptr; // while somebody asked to send everybody to NEW
    TextLabel *m_waitingText = nullptr;
    StateView *m_state = nullptr;
    Segmented *m_master = nullptr;
    Segmented *m_default = nullptr;
    std::vector<std::pair<Segmented *, bool Switches::*>> m_toggles;
    Segmented *m_notInLegacy = nullptr;
    ElidingLabel *m_notInLegacyText = nullptr;
    ElidingLabel *m_grayListsText = nullptr;
    ElidingLabel *m_heldText = nullptr;
    QLineEdit *m_threshold = nullptr;
    PercentSpin *m_readCompare = nullptr;
    bool m_thresholdWrong = false; // what is written there is no number
    ElidingLabel *m_masterText = nullptr;
    ElidingLabel *m_defaultText = nullptr;
    QWidget *m_bar = nullptr;
    ElidingLabel *m_note = nullptr;
    ReasonField *m_reason = nullptr;
    Button *m_preview = nullptr;
    Button *m_save = nullptr;
    bool m_syncing = false;
};

} // namespace crossfade
