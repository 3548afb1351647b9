// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

class QSettings;

namespace crossfade {

// What an operator must not mix up: the word filled with the profile's colour beside its name.
enum class EnvironmentWord { Prod, Test, Sandbox };
QString environmentText(EnvironmentWord word); // "PROD", "TEST", "SANDBOX": not translated

// Where one installation is. Never its tokens: those are in the keychain, under these ids.
struct Profile {
    QString id;
    QString name;
    QStringList routers; // URLs of the replicas
    QString comparator;
    QString caFile;
    QString colour; // "#6B3FA8"; of the stripe and the word
    EnvironmentWord environment = EnvironmentWord::Test;

    bool isSandbox() const { return environment == EnvironmentWord::Sandbox; }
    QString routerKey() const { return id + QStringLiteral("/router"); }
    QString comparatorKey() const { return id + QStringLiteral("/comparator"); }
    bool operator==(const Profile &) const = default;
};

// Why this profile can't be kept; empty if it can. `field` receives the property to blame.
QString profileProblem(const Profile &profile, const QList<Profile> &others, QString *field);

// The profiles of this user, kept in the settings. The sandbox is always among them, last.
class Profiles : public QObject {
    Q_OBJECT
public:
    explicit Profiles(QSettings *settings, QObject *parent = nullptr);

    const QList<Profile> &all() const { return m_all; }
    const Profile *find(const QString &id) const;
    const Profile *findByName(const QString &name) const;
    // The one that was connected last; empty at first.
    QString currentId() const;
    void setCurrentId(const QString &id);
    // Adds (an empty id gets one) or replaces; answers the id.
    QString put(Profile profile);
    void remove(const QString &id); // the sandbox stays

    static QString sandboxId();

Q_SIGNALS:
    void changed();

private:
    void load();
    void store();

    QSettings *m_settings;
    QList<Profile> m_all;
};

} // namespace crossfade
