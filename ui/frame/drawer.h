// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace crossfade {

class ActivitySession;
class ApprovalsSession;
class ChannelsSession;
class TextLabel;

// A pane over the right side of the page, closed by its cross, by Esc or by leaving it.
class Drawer : public QWidget {
    Q_OBJECT
public:
    Drawer(const QString &title, QWidget *over);
    void toggle();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    // Rebuilds the rows; called before it is shown and when the data changes while it is.
    virtual void fill(QVBoxLayout *rows) = 0;
    void refill();

private:
    void place();

    QWidget *m_over;
    QVBoxLayout *m_column = nullptr;
    QWidget *m_rows = nullptr;
};

// Who else is told of alerts, and the open ones, each with its Acknowledge.
class AlertsDrawer : public Drawer {
    Q_OBJECT
public:
    AlertsDrawer(ApprovalsSession *session, ChannelsSession *channels, QWidget *over);

Q_SIGNALS:
    void openRequested(const QString &page, const QString &object);
    void channelsRequested();

protected:
    void fill(QVBoxLayout *rows) override;

private:
    void fillChannels(QVBoxLayout *rows);
    QStringList channelLines() const; // how many are told, then those that fail

    ApprovalsSession *m_session;
    ChannelsSession *m_channels;
    QStringList m_channelLines; // as they are shown
    QString m_problem;
};

// What happened since the console started.
class ActivityDrawer : public Drawer {
    Q_OBJECT
public:
    ActivityDrawer(ActivitySession *session, QWidget *over);

protected:
    void fill(QVBoxLayout *rows) override;

private:
    ActivitySession *m_session;
};

} // namespace crossfade
