// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/profiles.h"

#include <QCoreApplication>
#include <QSettings>
#include <QUrl>
#include <QUuid>

namespace crossfade {

namespace {

constexpr int MostProfiles = 100;
constexpr qsizetype MostReplicas = 8;

Profile sandboxProfile()
{
    Profile profile;
    profile.id = Profiles::sandboxId();
    profile.name = QStringLiteral("sandbox");
    profile.colour = QStringLiteral("#4A7A72");
    profile.environment = EnvironmentWord::Sandbox;
    return profile;
}

EnvironmentWord environmentFromText(const QString &text)
{
    return text == QLatin1String("PROD") ? EnvironmentWord::Prod : EnvironmentWord::Test;
}

// Two spellings of one address: case, a slash at the end, the port that goes without saying.
QString comparable(const QString &text)
{
    QUrl url(text, QUrl::StrictMode);
    if (url.port() == (url.scheme() == QLatin1String("https") ? 443 : 80))
        url.setPort(-1);
    if (url.path() == QLatin1String("/"))
        url.setPath({});
    return url.toString(QUrl::NormalizePathSegments | QUrl::StripTrailingSlash);
}

// What of the addresses of one router is wrong; empty: nothing.
QString replicasProblem(const QStringList &routers)
{
    if (routers.size() > MostReplicas)
        return Profiles::tr("At most %1 addresses of one router are asked.").arg(MostReplicas);
    QStringList seen;
    for (const QString &url : routers) {
        if (seen.contains(comparable(url)))
            return Profiles::tr("“%1” stands twice: each replica has an address of its own.").arg(url);
        seen << comparable(url);
        // A token that goes over the wire in the clear once is known from then on.
        if (QUrl(url).scheme() != QUrl(routers.first()).scheme())
            return Profiles::tr("“%1”: either all addresses of a router begin with https, or none.").arg(url);
    }
    return {};
}

bool isServiceUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    return url.isValid() && web && !url.host().isEmpty() && url.userInfo().isEmpty() &&
           !url.hasQuery() && !url.hasFragment();
}

} // namespace

QString environmentText(EnvironmentWord word)
{
    switch (word) {
    case EnvironmentWord::Prod: return QStringLiteral("PROD");
    case EnvironmentWord::Test: return QStringLiteral("TEST");
    case EnvironmentWord::Sandbox: return QStringLiteral("SANDBOX");
    }
    return {};
}

QString profileProblem(const Profile &profile, const QList<Profile> &others, QString *field)
{
    const auto blame = [field](const char *name, const QString &text) {
        if (field)
            *field = QLatin1String(name);
        return text;
    };
    if (profile.isSandbox())
        return {};
    if (profile.name.trimmed().isEmpty())
        return blame("name", Profiles::tr("A profile needs a name."));
    for (const Profile &other : others)
        if (other.id != profile.id && other.name == profile.name)
            return blame("name", Profiles::tr("Another profile has this name."));
    if (profile.routers.isEmpty())
        return blame("routers", Profiles::tr("At least one address of the router is needed."));
    for (const QString &url : profile.routers)
        if (!isServiceUrl(url))
            return blame("routers",
                         Profiles::tr("“%1” is no address like https://router.example:8443").arg(url));
    if (const QString problem = replicasProblem(profile.routers); !problem.isEmpty())
        return blame("routers", problem);
    if (!profile.comparator.isEmpty() && !isServiceUrl(profile.comparator))
        return blame("comparator", Profiles::tr("“%1” is no address like https://comparator.example:8444")
                                       .arg(profile.comparator));
    return {};
}

Profiles::Profiles(QSettings *settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
{
    load();
}

QString Profiles::sandboxId()
{
    return QStringLiteral("sandbox");
}

const Profile *Profiles::find(const QString &id) const
{
    for (const Profile &profile : m_all)
        if (profile.id == id)
            return &profile;
    return nullptr;
}

const Profile *Profiles::findByName(const QString &name) const
{
    for (const Profile &profile : m_all)
        if (profile.name == name)
            return &profile;
    return nullptr;
}

QString Profiles::currentId() const
{
    return m_settings->value(QStringLiteral("profiles/current")).toString();
}

void Profiles::setCurrentId(const QString &id)
{
    m_settings->setValue(QStringLiteral("profiles/current"), id);
    Q_EMIT changed();
}

QString Profiles::put(Profile profile)
{
    if (profile.isSandbox())
        return profile.id;
    if (profile.id.isEmpty())
        profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const QString id = profile.id;
    for (Profile &known : m_all) {
        if (known.id == id) {
            known = std::move(profile);
            store();
            return id;
        }
    }
    m_all.insert(m_all.size() - 1, std::move(profile));
    store();
    return id;
}

void Profiles::remove(const QString &id)
{
    m_all.removeIf([&](const Profile &profile) { return profile.id == id && !profile.isSandbox(); });
    store();
}

void Profiles::load()
{
    const int count = qMin(m_settings->beginReadArray(QStringLiteral("profiles/list")), MostProfiles);
    for (int i = 0; i < count; ++i) {
        m_settings->setArrayIndex(i);
        Profile profile;
        profile.id = m_settings->value(QStringLiteral("id")).toString();
        profile.name = m_settings->value(QStringLiteral("name")).toString();
        profile.routers = m_settings->value(QStringLiteral("routers")).toStringList();
        profile.comparator = m_settings->value(QStringLiteral("comparator")).toString();
        profile.caFile = m_settings->value(QStringLiteral("caFile")).toString();
        profile.colour = m_settings->value(QStringLiteral("colour")).toString();
        profile.environment =
            environmentFromText(m_settings->value(QStringLiteral("environment")).toString());
        if (!profile.id.isEmpty() && profile.id != sandboxId())
            m_all.append(profile);
    }
    m_settings->endArray();
    m_all.append(sandboxProfile());
}

void Profiles::store()
{
    m_settings->remove(QStringLiteral("profiles/list"));
    m_settings->beginWriteArray(QStringLiteral("profiles/list"));
    int index = 0;
    for (const Profile &profile : m_all) {
        if (profile.isSandbox())
            continue;
        m_settings->setArrayIndex(index++);
        m_settings->setValue(QStringLiteral("id"), profile.id);
        m_settings->setValue(QStringLiteral("name"), profile.name);
        m_settings->setValue(QStringLiteral("routers"), profile.routers);
        m_settings->setValue(QStringLiteral("comparator"), profile.comparator);
        m_settings->setValue(QStringLiteral("caFile"), profile.caFile);
        m_settings->setValue(QStringLiteral("colour"), profile.colour);
        m_settings->setValue(QStringLiteral("environment"), environmentText(profile.environment));
    }
    m_settings->endArray();
    Q_EMIT changed();
}

} // namespace crossfade
