// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/settingspane.h"

#include "models/session/settings.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSignalBlocker>
#include <QTimeZone>
#include <QVBoxLayout>

namespace crossfade {

namespace {

const QStringList &themeWords()
{
    static const QStringList words{QString(), QStringLiteral("light"), QStringLiteral("dark")};
    return words;
}

} // namespace

SettingsPane::SettingsPane(Settings *settings, QWidget *parent)
    : Pane(tr("Settings"), parent)
    , m_settings(settings)
    , m_language(new QComboBox)
    , m_theme(new Segmented)
    , m_zone(new QComboBox)
    , m_notifies(new QCheckBox(tr("Desktop notifications of approvals and alerts")))
{
    m_language->setObjectName(QStringLiteral("languageCombo"));
    m_language->setAccessibleName(tr("Language"));
    m_language->addItem(tr("As the system"), QString());
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QString::fromUtf8("简体中文"), QStringLiteral("zh_CN"));
    m_theme->addSegment(tr("System"), QStringLiteral("themeSystem"));
    m_theme->addSegment(tr("Light"), QStringLiteral("themeLight"));
    m_theme->addSegment(tr("Dark"), QStringLiteral("themeDark"));
    m_zone->setObjectName(QStringLiteral("zoneCombo"));
    m_zone->setAccessibleName(tr("Time zone"));
    m_zone->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_zone->setMaxVisibleItems(20);
    m_notifies->setObjectName(QStringLiteral("notifiesCheck"));
    fillZones();

    auto *form = new QWidget;
    auto *column = new QVBoxLayout(form);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(10);
    column->addWidget(new FormField(tr("Language"), m_language));
    column->addWidget(new FormField(tr("Theme"), m_theme));
    column->addWidget(new FormField(tr("Time zone"), m_zone, tr("Tooltips show UTC besides.")));
    column->addWidget(m_notifies);
    column->addStretch(1);
    setContent(form);

    connect(m_language, &QComboBox::activated, this, [this] {
        // Queued: the window is made anew, and this list with it.
        const QString language = m_language->currentData().toString();
        QMetaObject::invokeMethod(
            m_settings, [settings = m_settings, language] { settings->setLanguage(language); },
            Qt::QueuedConnection);
    });
    connect(m_theme, &Segmented::currentChanged, this,
            [this](int index) { m_settings->setTheme(themeWords().value(index)); });
    connect(m_zone, &QComboBox::activated, this, [this] {
        // Queued, for the same reason.
        const QByteArray zone = m_zone->currentData().toByteArray();
        QMetaObject::invokeMethod(
            m_settings, [settings = m_settings, zone] { settings->setTimeZone(zone); },
            Qt::QueuedConnection);
    });
    connect(m_notifies, &QCheckBox::toggled, m_settings, &Settings::setNotifies);
    connect(settings, &Settings::themeChanged, this, &SettingsPane::show);
    show();
}

void SettingsPane::fillZones()
{
    m_zone->addItem(tr("As the system"), QByteArray());
    for (const QByteArray &id : QTimeZone::availableTimeZoneIds())
        if (id.contains('/') || id == "UTC")
            m_zone->addItem(QString::fromLatin1(id), id);
}

void SettingsPane::show()
{
    const QSignalBlocker theme(m_theme);
    const QSignalBlocker notifies(m_notifies);
    m_language->setCurrentIndex(qMax(0, m_language->findData(m_settings->language())));
    m_theme->setCurrentIndex(
        qMax(0, static_cast<int>(themeWords().indexOf(m_settings->theme()))));
    m_zone->setCurrentIndex(qMax(0, m_zone->findData(m_settings->timeZone())));
    m_notifies->setChecked(m_settings->notifies());
}

} // namespace crossfade
