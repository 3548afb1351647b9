// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/switchessession.h"
#include "ui/shared/pane.h"

namespace crossfade {

class Button;
class ElidingLabel;
class ReasonField;
class Segmented;
class StateView;
class TextLabel;

// The switches that apply to every request, each with a sentence on what it does.
class SwitchesPanel : public Pane {
    Q_OBJECT
public:
    explicit SwitchesPanel(SwitchesSession *session, QWidget *parent = nullptr);

private:
    QWidget *makeRows();
    QWidget *makeRow(const QString &title, const QString &sentence, Segmented *choice,
                     ElidingLabel *state);
    void makeBar();
    void sync();
    void syncState();

    SwitchesSession *m_session;
    StateView *m_state = nullptr;
    Segmented *m_master = nullptr;
    Segmented *m_default = nullptr;
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
