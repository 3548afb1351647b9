// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>

class QSettings;

namespace crossfade {

// How this user wants the console: kept in the settings, told to whoever shows it.
class Settings : public QObject {
    Q_OBJECT
public:
    explicit Settings(QSettings *store, QObject *parent = nullptr);

    QString language() const; // "en", "zh_CN"; empty: the system's
    void setLanguage(const QString &language);
    QString theme() const; // "light", "dark"; empty: the system's
    void setTheme(const QString &theme);
    QByteArray timeZone() const; // IANA id; empty: the system's
    void setTimeZone(const QByteArray &zone);
    bool notifies() const; // desktop notifications of approvals and alerts
    void setNotifies(bool on);
    QByteArray geometry() const;
    void setGeometry(const QByteArray &geometry);
    // Of one part of the window, by its name: where a divider is, how a table is sorted, how wide its columns are.
    QByteArray layout(const QString &name) const;
    void setLayout(const QString &name, const QByteArray &layout);

Q_SIGNALS:
    void languageChanged();
    void themeChanged();
    void timeZoneChanged();
    void notifiesChanged();

private:
    bool put(const char *key, const QVariant &value);

    QSettings *m_store;
};

} // namespace crossfade
