// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace crossfade {

class ActivitySession;
class Connection;
class ElidingLabel;
class TextLabel;

// The last thing that happened at the left, how alive the connection is at the right.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    StatusLine(ActivitySession *activity, Connection *connection, QWidget *parent = nullptr);
    // A sentence that goes before the activity while it is not empty.
    void setNotice(const QString &notice);

Q_SIGNALS:
    void activityClicked();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showActivity();
    void showLife();

    ActivitySession *m_activity;
    Connection *m_connection;
    QString m_notice;
    TextLabel *m_time;
    TextLabel *m_text;
    ElidingLabel *m_detail;
    TextLabel *m_life;
};

} // namespace crossfade
