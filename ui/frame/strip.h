// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/chip.h"

#include <QAbstractButton>
#include <QWidget>

class QTimer;

namespace crossfade {

class ApprovalsSession;
class Button;
class SplitBar;
class SplitSession;
class SwitchesSession;
class TextLabel;

// A chip that opens something: a button with the look of a chip, or of plain text when nothing waits.
class ChipButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit ChipButton(QWidget *parent = nullptr);
    void setChip(const ChipLook &look);
    void setPlain(const QString &text);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ChipLook m_look;
    bool m_plain = true;
};

// On every page, under the header: master switch, measured split, approvals, alerts, ROLL BACK.
class Strip : public QWidget {
    Q_OBJECT
public:
    Strip(SwitchesSession *switches, SplitSession *split, ApprovalsSession *approvals,
          QWidget *parent = nullptr);

Q_SIGNALS:
    void masterClicked();
    void approvalsClicked();
    void alertsClicked();
    void rollBackClicked(); // the button is never disabled

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showMaster();
    void showSplit();
    void showApprovals();
    void showAlerts();

    SwitchesSession *m_switches;
    SplitSession *m_split;
    ApprovalsSession *m_approvals;
    ChipButton *m_master;
    PlatformLabel *m_new;
    SplitBar *m_bar;
    PlatformLabel *m_legacy;
    TextLabel *m_window;
    ChipButton *m_open;
    ChipButton *m_alerts;
    Button *m_rollBack;
    QTimer *m_tick;
};

} // namespace crossfade
