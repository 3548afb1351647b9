// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/frequencyfields.h"

#include "models/core/weeklywindow.h"
#include "models/items/rulerow.h"
#include "models/items/text.h"
#include "models/items/zones.h"
#include "ui/shared/fields.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QSpinBox>
#include <QTime>

namespace crossfade {

namespace {

enum Choice { ByHand, Hourly, Daily, Weekly, EverySeconds };

std::optional<int> minutesIn(const QLineEdit *edit)
{
    const QTime time = QTime::fromString(edit->text().trimmed(), QStringLiteral("H:mm"));
    return time.isValid() ? std::optional(time.hour() * 60 + time.minute()) : std::nullopt;
}

Choice choiceOf(const std::optional<CheckFrequency> &frequency)
{
    if (!frequency)
        return ByHand;
    if (!frequency->at)
        return EverySeconds;
    return static_cast<Choice>(Hourly + static_cast<int>(frequency->at->every));
}

template <class Editor>
FormField *named(const QString &label, Editor *editor, const char *name, QLayout *row)
{
    editor->setObjectName(QString::fromLatin1(name));
    editor->setAccessibleName(label);
    auto *field = new FormField(label, editor);
    row->addWidget(field);
    return field;
}

} // namespace

FrequencyFields::FrequencyFields(QWidget *parent)
    : QWidget(parent)
    , m_every(new QComboBox)
    , m_day(new QComboBox)
    , m_time(new QLineEdit)
    , m_minute(new QSpinBox)
    , m_zone(new QComboBox)
    , m_seconds(new QSpinBox)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_every->addItems({tr("By hand only"), tr("Hourly"), tr("Daily"), tr("Weekly"), tr("Every N seconds")});
    for (int day = 1; day <= 7; ++day)
        m_day->addItem(QLocale().dayName(day, QLocale::LongFormat));
    m_time->setMinimumWidth(112); // its mistake has room under it
    m_minute->setRange(0, 59);
    m_seconds->setRange(5, 2'592'000);
    m_seconds->setSuffix(tr(" s"));
    m_zone->setEditable(true);
    m_zone->setInsertPolicy(QComboBox::NoInsert);
    m_zone->setMinimumContentsLength(14);
    m_zone->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_zone->addItems(desktopZoneNames());
    m_zone->lineEdit()->setObjectName(QStringLiteral("checkZoneName"));
    m_zone->lineEdit()->setAccessibleName(tr("Time zone"));
    m_zone->completer()->setCaseSensitivity(Qt::CaseInsensitive);
    m_zone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_zone->completer()->setFilterMode(Qt::MatchContains);
    m_everyField = named(tr("Runs by itself"), m_every, "checkEvery", row);
    m_dayField = named(tr("Day of the week"), m_day, "checkDay", row);
    m_timeField = named(tr("At"), m_time, "checkTime", row);
    m_minuteField = named(tr("At the minute"), m_minute, "checkMinute", row);
    m_zoneField = named(tr("Time zone"), m_zone, "checkZone", row);
    m_secondsField = named(tr("Every"), m_seconds, "checkSeconds", row);
    for (QComboBox *box : {m_every, m_day, m_zone})
        connect(box, &QComboBox::currentTextChanged, this, &FrequencyFields::sync);
    for (QSpinBox *box : {m_minute, m_seconds})
        connect(box, &QSpinBox::valueChanged, this, &FrequencyFields::sync);
    connect(m_time, &QLineEdit::textChanged, this, &FrequencyFields::sync);
    fill({});
}

void FrequencyFields::fill(const std::optional<CheckFrequency> &frequency)
{
    RecurringTime at{.every = RecurringTime::Every::Day, .minute = 150, .timeZone = toUtf8(systemZoneName())};
    if (frequency && frequency->at)
        at = *frequency->at;
    m_firstZone = at.timeZone;
    m_day->setCurrentIndex(at.weekday);
    m_time->setText(toText(timeOfDayText(at.minute)));
    m_minute->setValue(at.every == RecurringTime::Every::Hour ? at.minute : 0);
    m_zone->setCurrentIndex(m_zone->findText(toText(at.timeZone)));
    m_zone->setEditText(toText(at.timeZone));
    m_seconds->setValue(static_cast<int>(frequency ? frequency->seconds : CheckFrequency{}.seconds));
    m_every->setCurrentIndex(choiceOf(frequency));
    sync();
}

void FrequencyFields::sync()
{
    const int choice = m_every->currentIndex();
    m_dayField->setVisible(choice == Weekly);
    m_timeField->setVisible(choice == Daily || choice == Weekly);
    m_minuteField->setVisible(choice == Hourly);
    m_zoneField->setVisible(choice == Hourly || choice == Daily || choice == Weekly);
    m_secondsField->setVisible(choice == EverySeconds);
    showProblems({});
    Q_EMIT edited();
}

std::optional<CheckFrequency> FrequencyFields::frequency() const
{
    const int choice = m_every->currentIndex();
    if (choice == ByHand)
        return std::nullopt;
    CheckFrequency frequency;
    if (choice == EverySeconds) {
        frequency.seconds = m_seconds->value();
        return frequency;
    }
    RecurringTime at;
    at.every = static_cast<RecurringTime::Every>(choice - Hourly);
    at.minute = choice == Hourly ? m_minute->value() : minutesIn(m_time).value_or(0);
    at.weekday = choice == Weekly ? m_day->currentIndex() : 0;
    at.timeZone = toUtf8(m_zone->currentText().trimmed());
    frequency.at = at;
    return frequency;
}

bool FrequencyFields::knowsZone() const
{
    const std::string zone = toUtf8(m_zone->currentText().trimmed());
    return zone == m_firstZone || isDesktopZone(zone);
}

bool FrequencyFields::isGood() const
{
    const int choice = m_every->currentIndex();
    const bool hasTime = choice == Daily || choice == Weekly;
    return (!hasTime || minutesIn(m_time)) && (!(hasTime || choice == Hourly) || knowsZone());
}

void FrequencyFields::showProblems(const std::vector<FieldError> &problems)
{
    const auto told = [&](const char *name) {
        return toText(problemAt(problems, std::string("/check_frequency") + name));
    };
    const QString whole = told("");
    m_everyField->setProblem(whole.isEmpty() ? told("/every") : whole);
    m_dayField->setProblem(told("/weekday"));
    m_minuteField->setProblem(told("/at"));
    m_secondsField->setProblem(told("/seconds"));
    m_timeField->setProblem(minutesIn(m_time) ? told("/at") : tr("a time like 02:30"));
    m_zoneField->setProblem(knowsZone() ? told("/time_zone") : tr("no such time zone"));
}

QString frequencyText(const std::optional<CheckFrequency> &frequency)
{
    if (!frequency)
        return FrequencyFields::tr("by hand only");
    if (!frequency->at)
        return FrequencyFields::tr("every %1 s").arg(frequency->seconds);
    const RecurringTime &at = *frequency->at;
    const QString time = toText(timeOfDayText(at.minute)), zone = toText(at.timeZone);
    if (at.every == RecurringTime::Every::Hour)
        return FrequencyFields::tr("hourly at minute %1, %2").arg(at.minute).arg(zone);
    if (at.every == RecurringTime::Every::Day)
        return FrequencyFields::tr("daily at %1, %2").arg(time, zone);
    return FrequencyFields::tr("weekly on %1 at %2, %3")
        .arg(QLocale().dayName(at.weekday + 1, QLocale::LongFormat), time, zone);
}

} // namespace crossfade
