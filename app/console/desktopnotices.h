// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSystemTrayIcon>

namespace crossfade {

// What tells an operator who looks elsewhere: the desktop's own notifications, where it has a place for them.
class DesktopNotices : public QObject {
    Q_OBJECT
public:
    virtual bool areAvailable() const = 0;
    virtual void show(const QString &title, const QString &text) = 0;

Q_SIGNALS:
    void clicked();
};

class TrayNotices : public DesktopNotices {
    Q_OBJECT
public:
    TrayNotices();

    bool areAvailable() const override;
    void show(const QString &title, const QString &text) override;

private:
    QSystemTrayIcon m_tray;
};

} // namespace crossfade
