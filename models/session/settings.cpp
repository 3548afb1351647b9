// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/settings.h"

#include <QSettings>

namespace crossfade {

Settings::Settings(QSettings *store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
}

bool Settings::put(const char *key, const QVariant &value)
{
    const QString name = QLatin1String(key);
    if (m_store->value(name) == value)
        return false;
    m_store->setValue(name, value);
    return true;
}

QString Settings::language() const
{
    return m_store->value(QStringLiteral("language")).toString();
}

void Settings::setLanguage(const QString &language)
{
    if (put("language", language))
        Q_EMIT languageChanged();
}

QString Settings::theme() const
{
    return m_store->value(QStringLiteral("theme")).toString();
}

void Settings::setTheme(const QString &theme)
{
    if (put("theme", theme))
        Q_EMIT themeChanged();
}

QByteArray Settings::timeZone() const
{
    return m_store->value(QStringLiteral("timeZone")).toByteArray();
}

void Settings::setTimeZone(const QByteArray &zone)
{
    if (put("timeZone", zone))
        Q_EMIT timeZoneChanged();
}

bool Settings::notifies() const
{
    return m_store->value(QStringLiteral("notifies"), true).toBool();
}

void Settings::setNotifies(bool on)
{
    if (put("notifies", on))
        Q_EMIT notifiesChanged();
}

QByteArray Settings::geometry() const
{
    return m_store->value(QStringLiteral("geometry")).toByteArray();
}

void Settings::setGeometry(const QByteArray &geometry)
{
    put("geometry", geometry);
}

QByteArray Settings::layout(const QString &name) const
{
    return m_store->value(QStringLiteral("layout/") + name).toByteArray();
}

void Settings::setLayout(const QString &name, const QByteArray &layout)
{
    m_store->setValue(QStringLiteral("layout/") + name, layout);
}

} // namespace crossfade
