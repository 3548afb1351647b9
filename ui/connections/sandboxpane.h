// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/practicesession.h"
#include "ui/shared/pane.h"

#include <array>

namespace crossfade {

class Button;
class Chip;
class ConnectionsSession;
class Segmented;
class TextLabel;

// The sandbox of this console: starts and stops it, and, while it runs, breaks it on purpose: faults of
// each platform, the load, differences in the data. What these do is then seen on the other pages.
class SandboxPane : public Pane {
    Q_OBJECT
public:
    explicit SandboxPane(ConnectionsSession *session, QWidget *parent = nullptr);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *buildPractice();
    Segmented *buildFaults(PracticeSession::Platform platform);
    Segmented *buildLoad();
    void showState();
    void showPractice();

    ConnectionsSession *m_session;
    PracticeSession m_practice;
    Chip *m_chip;
    TextLabel *m_text;
    QWidget *m_practicePanel;
    std::array<Segmented *, PracticeSession::PlatformCount> m_faults{};
    std::array<TextLabel *, PracticeSession::PlatformCount> m_faultTexts{};
    Segmented *m_load;
    TextLabel *m_planted;
    TextLabel *m_problem;
    Button *m_start;
    Button *m_stop;
};

} // namespace crossfade
