// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/rangechooser.h"

#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"

#include <QDateTimeEdit>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>

namespace crossfade {

namespace {

constexpr qint64 RangeSeconds[] = {300, 3'600, 86'400};
constexpr int Custom = 3;

} // namespace

SpanPopup::SpanPopup(TimeSpan span, qint64 nowMs, QWidget *parent) : QFrame(parent, Qt::Popup), m_nowMs(nowMs)
{
    setObjectName(QStringLiteral("spanPopup"));
    setAccessibleName(tr("Time range"));
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_from = buildEdit(span.fromMs, tr("From"), "spanFrom");
    m_to = buildEdit(span.toMs, tr("To"), "spanTo");
    m_problem = new TextLabel({}, FontRole::Secondary, Ink::Red, this);
    m_problem->setObjectName(QStringLiteral("spanProblem"));
    m_apply = new Button(ButtonKind::Accent, tr("Show"), this);
    m_apply->setObjectName(QStringLiteral("spanApply"));
    auto *form = new QFormLayout(this);
    form->setContentsMargins(12, 12, 12, 12);
    form->setSpacing(8);
    form->addRow(tr("From"), m_from);
    form->addRow(tr("To"), m_to);
    form->addRow(m_problem);
    auto *foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(m_apply);
    form->addRow(foot);
    connect(m_from, &QDateTimeEdit::dateTimeChanged, this, &SpanPopup::recheck);
    connect(m_to, &QDateTimeEdit::dateTimeChanged, this, &SpanPopup::recheck);
    connect(m_apply, &QPushButton::clicked, this, &SpanPopup::apply);
    recheck();
    m_from->setFocus(Qt::PopupFocusReason);
}

QDateTimeEdit *SpanPopup::buildEdit(qint64 ms, const QString &name, const char *objectName)
{
    auto *edit = new QDateTimeEdit(QDateTime::fromMSecsSinceEpoch(ms), this);
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    edit->setAccessibleName(name);
    edit->setObjectName(QLatin1String(objectName));
    return edit;
}

TimeSpan SpanPopup::span() const
{
    return {m_from->dateTime().toMSecsSinceEpoch(), m_to->dateTime().toMSecsSinceEpoch()};
}

QString SpanPopup::problem() const
{
    const TimeSpan asked = span();
    if (asked.fromMs >= asked.toMs)
        return tr("The end must be after the beginning.");
    if (asked.fromMs > m_nowMs)
        return tr("The beginning lies in the future.");
    if (asked.fromMs < m_nowMs - MostDays * DayMs)
        return tr("Measurements are kept for %n day(s).", nullptr, static_cast<int>(MostDays));
    return {};
}

void SpanPopup::recheck()
{
    const QString words = problem();
    m_problem->setText(words);
    m_problem->setVisible(!words.isEmpty());
    m_apply->setBlocked(words);
    adjustSize();
}

void SpanPopup::apply()
{
    if (!problem().isEmpty())
        return;
    Q_EMIT applied(span());
    close();
}

void SpanPopup::hideEvent(QHideEvent *event)
{
    QFrame::hideEvent(event);
    Q_EMIT closed();
}

void SpanPopup::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        apply();
    else
        QFrame::keyPressEvent(event);
}

RangeChooser::RangeChooser(QWidget *parent) : QWidget(parent), m_segments(new Segmented(this))
{
    m_segments->setAccessibleName(tr("Time range"));
    m_segments->addSegment(tr("5 min"), QStringLiteral("range5min"));
    m_segments->addSegment(tr("1 h"), QStringLiteral("range1h"));
    m_segments->addSegment(tr("24 h"), QStringLiteral("range24h"));
    m_segments->addSegment(tr("Custom…"), QStringLiteral("rangeCustom"));
    m_segments->setCurrentIndex(0);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_segments);
    connect(m_segments, &Segmented::currentChanged, this, &RangeChooser::onSegment);
    // Chosen already, it asks again.
    connect(m_segments->segment(Custom), &QAbstractButton::clicked, this, &RangeChooser::askForSpan);
}

TimeSpan RangeChooser::span(qint64 nowMs) const
{
    if (m_custom)
        return *m_custom;
    const qint64 to = nowMs / 1'000 * 1'000;
    return {to - RangeSeconds[m_last] * 1'000, to};
}

void RangeChooser::onSegment(int index)
{
    if (index == Custom) {
        askForSpan();
        return;
    }
    m_last = index;
    m_custom.reset();
    Q_EMIT changed();
}

void RangeChooser::askForSpan()
{
    if (m_popup)
        return; // the click that chose the segment is told of twice
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    auto *popup = new SpanPopup(span(now), now, this);
    m_popup = popup;
    connect(popup, &SpanPopup::applied, this, [this](TimeSpan asked) {
        m_custom = asked;
        Q_EMIT changed();
    });
    connect(popup, &SpanPopup::closed, this, [this] {
        if (!m_custom)
            m_segments->setCurrentIndex(m_last);
    });
    const QAbstractButton *anchor = m_segments->segment(Custom);
    popup->move(anchor->mapToGlobal(QPoint(0, anchor->height() + 2)));
    popup->show();
}

} // namespace crossfade
