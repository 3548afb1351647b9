// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/recurrencefields.h"

#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "models/items/zones.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/theme.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QTime>
#include <QVBoxLayout>

namespace crossfade {

namespace {

// A day that is on or off by itself: framed in ink and strong while it is on.
class DayToggle : public QAbstractButton {
public:
    explicit DayToggle(const QString &text)
    {
        setText(text);
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setAttribute(Qt::WA_Hover);
    }
    QSize sizeHint() const override
    {
        return {QFontMetrics(fontOf(FontRole::PaneTitle)).horizontalAdvance(text()) + 16, ControlHeight};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Tokens &tokens = tokensOf(palette());
        const QColor frame = !isEnabled() ? tokens.disabled : isChecked() ? tokens.ink : tokens.fieldBorder;
        const QColor plain = isEnabled() && underMouse() ? tokens.neutralTint : tokens.base;
        painter.setPen(QPen(frame, 1));
        painter.setBrush(isChecked() ? tokens.highlight : plain);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
        painter.setFont(fontOf(isChecked() ? FontRole::PaneTitle : FontRole::Secondary));
        painter.setPen(!isEnabled() ? tokens.disabled : isChecked() ? tokens.text : tokens.secondary);
        const QFontMetrics metrics(painter.font());
        const int baseline = (height() + metrics.ascent() - metrics.descent()) / 2;
        painter.drawText((width() - metrics.horizontalAdvance(text())) / 2, baseline, text());
        if (showsFocus(this))
            paintFocusRing(painter, rect(), palette());
    }
};

std::optional<int> minutesIn(const QLineEdit *edit)
{
    const QTime time = QTime::fromString(edit->text().trimmed(), QStringLiteral("H:mm"));
    return time.isValid() ? std::optional(time.hour() * 60 + time.minute()) : std::nullopt;
}

} // namespace

RecurrenceFields::RecurrenceFields(const std::optional<WeeklyWindow> &first, QWidget *parent)
    : QWidget(parent)
    , m_firstZone(first ? first->timeZone : std::string())
    , m_repeats(new QCheckBox(tr("Repeats every week")))
    , m_details(new QWidget)
    , m_from(new QLineEdit)
    , m_to(new QLineEdit)
    , m_zone(new QComboBox)
{
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(8);
    m_repeats->setObjectName(QStringLiteral("ruleRepeats"));
    all->addWidget(m_repeats, 0, Qt::AlignLeft);
    auto *rows = new QVBoxLayout(m_details);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    m_daysField = new FormField(tr("On these days"), makeDays(), tr("the day on which it begins"));
    rows->addWidget(m_daysField);
    rows->addWidget(makeTimes());
    m_next = new TextLabel({}, FontRole::Secondary);
    m_next->setObjectName(QStringLiteral("ruleNext"));
    m_next->setWordWrap(true);
    rows->addWidget(m_next);
    all->addWidget(m_details);
    WeeklyWindow usual;
    usual.from = 22 * 60;
    usual.to = 6 * 60;
    usual.timeZone = toUtf8(systemZoneName());
    fill(first.value_or(usual));
    m_repeats->setChecked(first.has_value());
    m_details->setVisible(first.has_value());
    connect(m_repeats, &QCheckBox::toggled, this, [this](bool on) {
        m_details->setVisible(on);
        Q_EMIT edited();
        Q_EMIT unfolded();
    });
}

QWidget *RecurrenceFields::makeDays()
{
    auto *days = new QWidget;
    auto *row = new QHBoxLayout(days);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    for (std::size_t i = 0; i < m_days.size(); ++i) {
        const int day = static_cast<int>(i) + 1;
        m_days[i] = new DayToggle(QLocale().dayName(day, QLocale::ShortFormat));
        m_days[i]->setObjectName(QStringLiteral("ruleDay") + toText(WeekdayWords[i]));
        m_days[i]->setAccessibleName(QLocale().dayName(day, QLocale::LongFormat));
        connect(m_days[i], &QAbstractButton::toggled, this, &RecurrenceFields::edited);
        row->addWidget(m_days[i]);
    }
    return days;
}

QWidget *RecurrenceFields::makeTimes()
{
    const auto time = [this](QLineEdit *edit, const char *objectName, const QString &accessible) {
        edit->setObjectName(QLatin1String(objectName));
        edit->setAccessibleName(accessible);
        connect(edit, &QLineEdit::textEdited, this, &RecurrenceFields::edited);
    };
    time(m_from, "ruleDayFrom", tr("Begins at this time of day"));
    time(m_to, "ruleDayTo", tr("Ends at this time of day"));
    makeZone();
    m_fromField = new FormField(tr("Begins at"), m_from, tr("time of day, 22:00"));
    m_toField = new FormField(tr("Ends at"), m_to);
    m_zoneField = new FormField(tr("Time zone"), m_zone);
    auto *times = new QWidget;
    auto *row = new QHBoxLayout(times);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(m_fromField, 1, Qt::AlignTop);
    row->addWidget(m_toField, 1, Qt::AlignTop);
    row->addWidget(m_zoneField, 2, Qt::AlignTop);
    return times;
}

void RecurrenceFields::makeZone()
{
    m_zone->setObjectName(QStringLiteral("ruleZone"));
    m_zone->setAccessibleName(tr("Time zone of the weekly times"));
    m_zone->setEditable(true);
    m_zone->setInsertPolicy(QComboBox::NoInsert);
    m_zone->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_zone->setMinimumContentsLength(16);
    m_zone->addItems(desktopZoneNames());
    m_zone->lineEdit()->setObjectName(QStringLiteral("ruleZoneName"));
    m_zone->lineEdit()->setAccessibleName(m_zone->accessibleName());
    // "berl" finds Europe/Berlin.
    m_zone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_zone->completer()->setFilterMode(Qt::MatchContains);
    m_zone->completer()->setCaseSensitivity(Qt::CaseInsensitive);
    m_zone->completer()->setMaxVisibleItems(8);
    connect(m_zone, &QComboBox::currentTextChanged, this, &RecurrenceFields::edited);
}

void RecurrenceFields::fill(const WeeklyWindow &weekly)
{
    for (std::size_t i = 0; i < m_days.size(); ++i)
        m_days[i]->setChecked(weekly.on(static_cast<int>(i)));
    m_from->setText(toText(timeOfDayText(weekly.from)));
    m_to->setText(toText(timeOfDayText(weekly.to)));
    m_zone->setCurrentIndex(m_zone->findText(toText(weekly.timeZone)));
    m_zone->setEditText(toText(weekly.timeZone));
}

std::optional<WeeklyWindow> RecurrenceFields::recurrence() const
{
    if (!m_repeats->isChecked())
        return std::nullopt;
    WeeklyWindow weekly;
    for (std::size_t i = 0; i < m_days.size(); ++i)
        if (m_days[i]->isChecked())
            weekly.weekdays = static_cast<std::uint8_t>(weekly.weekdays | 1 << i);
    weekly.from = minutesIn(m_from).value_or(0);
    weekly.to = minutesIn(m_to).value_or(0);
    weekly.timeZone = toUtf8(m_zone->currentText().trimmed());
    return weekly;
}

bool RecurrenceFields::isGood() const
{
    return !m_repeats->isChecked() || (minutesIn(m_from) && minutesIn(m_to) && knowsZone());
}

bool RecurrenceFields::knowsZone() const
{
    const std::string zone = toUtf8(m_zone->currentText().trimmed());
    return zone == m_firstZone || isDesktopZone(zone);
}

void RecurrenceFields::setAlwaysRepeats()
{
    m_repeats->setChecked(true);
    m_repeats->hide();
}

void RecurrenceFields::showProblems(const std::vector<FieldError> &problems, const std::string &at)
{
    const auto show = [&](FormField *field, const char *name) {
        field->setProblem(ruleFieldText(problemAt(problems, at + name)));
    };
    show(m_daysField, "/weekdays");
    show(m_fromField, "/from");
    show(m_toField, "/to");
    show(m_zoneField, "/time_zone");
    if (const std::string whole = problemAt(problems, at); !whole.empty())
        m_daysField->setProblem(ruleFieldText(whole));
    for (FormField *field : {m_fromField, m_toField})
        if (!minutesIn(static_cast<QLineEdit *>(field->editor())))
            field->setProblem(tr("a time like 22:00"));
    if (!knowsZone())
        m_zoneField->setProblem(ruleFieldText("ZONE"));
    const QString offset = zoneOffsetText(toUtf8(m_zone->currentText().trimmed()), instantFromMs(QDateTime::currentMSecsSinceEpoch()));
    m_zoneField->setHelp(offset.isEmpty() ? tr("not known on this machine") : tr("now %1").arg(offset));
    const std::optional<int> from = minutesIn(m_from);
    const std::optional<int> to = minutesIn(m_to);
    const bool known = from && to;
    m_toField->setHelp(!known ? QString() : *to <= *from ? tr("of the next day") : tr("of the same day"));
}

void RecurrenceFields::setNext(const QString &sentence)
{
    m_next->setText(sentence);
    m_next->setVisible(!sentence.isEmpty());
}

} // namespace crossfade
