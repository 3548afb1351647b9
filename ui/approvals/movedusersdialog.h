// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/shiftsession.h"

#include <QDialog>

namespace crossfade {

class StateView;
class TextLabel;

// The exact list behind a preview, as far as one answer reaches (1 000 users).
class MovedUsersDialog : public QDialog {
    Q_OBJECT
public:
    MovedUsersDialog(ShiftSession *session, const std::string &previewId, bool toNew, QWidget *parent);
    static void open(ShiftSession *session, const std::string &previewId, bool toNew, QWidget *parent);

private:
    void load();
    void fill(const Result<std::vector<MovedUser>> &users);

    ShiftSession *m_session;
    std::string m_previewId;
    bool m_toNew;
    class MovedUsersModel *m_model;
    StateView *m_state;
    TextLabel *m_count;
};

} // namespace crossfade
