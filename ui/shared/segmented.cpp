// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/buttons.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shared/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>

namespace crossfade {

namespace {

// One choice; the whole row draws the frame around them.
class Segment : public QAbstractButton {
public:
    explicit Segment(const QString &text, QWidget *parent) : QAbstractButton(parent)
    {
        setText(text);
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
        setAttribute(Qt::WA_Hover);
    }

    QSize sizeHint() const override
    {
        // The strong form is the wider one: choosing must not move the neighbours.
        const QFontMetrics metrics(fontOf(FontRole::PaneTitle));
        return {metrics.horizontalAdvance(text()) + 22, ControlHeight};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Tokens &tokens = tokensOf(palette());
        if (isChecked()) {
            painter.setPen(QPen(isEnabled() ? tokens.ink : tokens.disabled, 1));
            painter.setBrush(tokens.highlight);
            painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
        } else if (isEnabled() && underMouse()) {
            painter.fillRect(rect().adjusted(1, 1, -1, -1), tokens.neutralTint);
        }
        painter.setFont(fontOf(isChecked() ? FontRole::PaneTitle : FontRole::Secondary));
        painter.setPen(!isEnabled() ? tokens.disabled : isChecked() ? tokens.text : tokens.secondary);
        const QFontMetrics metrics(painter.font());
        const int baseline = (height() + metrics.ascent() - metrics.descent()) / 2;
        painter.drawText((width() - metrics.horizontalAdvance(text())) / 2, baseline, text());
        if (showsFocus(this))
            paintFocusRing(painter, rect(), palette());
    }
};

} // namespace

Segmented::Segmented(QWidget *parent)
    : QWidget(parent), m_row(new QHBoxLayout(this)), m_group(new QButtonGroup(this))
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(0);
    m_group->setExclusive(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        update();
        if (on)
            Q_EMIT currentChanged(id);
    });
}

int Segmented::addSegment(const QString &text, const QString &objectName)
{
    const int index = count();
    auto *segment = new Segment(text, this);
    segment->setObjectName(objectName.isEmpty() ? this->objectName() + QString::number(index)
                                                : objectName);
    segment->setAccessibleName(text);
    m_row->addWidget(segment);
    {
        const QSignalBlocker quiet(m_group); // the first one holds from the start
        m_group->addButton(segment, index);
        if (index == 0)
            segment->setChecked(true);
    }
    return index;
}

void Segmented::setSegmentText(int index, const QString &text)
{
    if (auto *button = segment(index); button != nullptr && button->text() != text) {
        button->setText(text);
        button->setAccessibleName(text);
        button->updateGeometry();
    }
}

QString Segmented::segmentText(int index) const
{
    const auto *button = segment(index);
    return button != nullptr ? button->text() : QString();
}

void Segmented::clear()
{
    const auto buttons = m_group->buttons();
    for (QAbstractButton *button : buttons) {
        m_group->removeButton(button);
        m_row->removeWidget(button);
        button->setParent(nullptr); // gone from the row at once, also for those who search it
        button->deleteLater();
    }
}

int Segmented::count() const
{
    return static_cast<int>(m_group->buttons().size());
}

int Segmented::currentIndex() const
{
    return m_group->checkedId();
}

void Segmented::setCurrentIndex(int index)
{
    if (auto *button = segment(index))
        button->setChecked(true);
}

QAbstractButton *Segmented::segment(int index) const
{
    return m_group->button(index);
}

void Segmented::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &tokens = tokensOf(palette());
    painter.setPen(QPen(tokens.mid, 1));
    painter.setBrush(tokens.button);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
    for (int i = 1; i < count(); ++i) {
        if (i == currentIndex() || i - 1 == currentIndex())
            continue;
        painter.fillRect(QRect(segment(i)->x(), 7, 1, height() - 14), tokens.hairline);
    }
}

void Segmented::keyPressEvent(QKeyEvent *event)
{
    const bool back = event->key() == Qt::Key_Left;
    if (!back && event->key() != Qt::Key_Right) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int step = back ? -1 : 1;
    int next = currentIndex() + step;
    while (segment(next) && !segment(next)->isEnabled())
        next += step;
    if (next < 0 || next >= count())
        return;
    setCurrentIndex(next);
    segment(next)->setFocus(Qt::TabFocusReason);
}

} // namespace crossfade
