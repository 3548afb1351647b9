// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/percentageslider.h"

#include "models/items/policywords.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shift/sliderpainter.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <cmath>

namespace crossfade {

namespace {

constexpr double SmallStep = 0.1;
constexpr double SmallestStep = 0.01;
constexpr double CatchPixels = 4;

// Screen readers hear it as a slider with a value.
class SliderAccessible : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit SliderAccessible(PercentageSlider *slider)
        : QAccessibleWidget(slider, QAccessible::Slider, slider->accessibleName())
    {
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::ValueInterface)
            return static_cast<QAccessibleValueInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text type) const override
    {
        return type == QAccessible::Value ? slider()->spokenText() : QAccessibleWidget::text(type);
    }
    QVariant currentValue() const override { return slider()->target(); }
    void setCurrentValue(const QVariant &value) override { slider()->setTarget(value.toDouble()); }
    QVariant maximumValue() const override { return slider()->state().max; }
    QVariant minimumValue() const override { return 0.0; }
    QVariant minimumStepSize() const override { return SmallestStep; }

private:
    PercentageSlider *slider() const { return static_cast<PercentageSlider *>(widget()); }
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *slider = qobject_cast<PercentageSlider *>(object);
    return slider == nullptr ? nullptr : new SliderAccessible(slider);
}

} // namespace

PercentageSlider::PercentageSlider(QWidget *parent) : QWidget(parent)
{
    static const bool installed = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    Q_UNUSED(installed)
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(108);
    setAccessibleName(tr("Share of users on NEW"));
    setCursor(Qt::ArrowCursor);
    describe();
}

void PercentageSlider::setState(const SliderState &state)
{
    if (state == m_state)
        return;
    m_state = state;
    if (m_target > m_state.max)
        setTarget(m_state.max);
    describe();
    update();
}

void PercentageSlider::setTarget(double percentage)
{
    const double wanted = snapped(m_state, percentage, 0);
    if (std::abs(wanted - m_target) < 0.001)
        return;
    m_target = wanted;
    m_bubble.clear();
    describe();
    update();
    Q_EMIT targetChanged(m_target);
    QAccessibleValueChangeEvent event(this, m_target);
    QAccessible::updateAccessibility(&event);
}

bool PercentageSlider::isMoved() const
{
    return std::abs(m_target - m_state.current) > 0.005;
}

void PercentageSlider::setBubble(const QString &text)
{
    m_bubble = text;
    update();
}

int PercentageSlider::positionOf(double percentage) const
{
    return static_cast<int>(std::lround(SliderGeometry(size(), m_state.max).x(percentage)));
}

QString PercentageSlider::spokenText() const
{
    return tr("now %1, target %2, at most %3")
        .arg(shortPercent(m_state.current), shortPercent(m_target), shortPercent(m_state.max));
}

void PercentageSlider::describe()
{
    setAccessibleDescription(spokenText());
}

void PercentageSlider::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    SliderPainter drawing(painter, SliderGeometry(size(), m_state.max), m_state, m_target, tokensOf(palette()),
                          isEnabled());
    drawing.paintTrack();
    drawing.paintScale();
    drawing.paintRail();
    drawing.paintHandles(showsFocus(this));
    if (isMoved() && isEnabled())
        drawing.paintBubble(m_bubble);
}

void PercentageSlider::edit(double percentage)
{
    const double before = m_target;
    setTarget(percentage);
    if (std::abs(before - m_target) > 0.001)
        Q_EMIT targetEdited(m_target);
}

void PercentageSlider::dragTo(double x)
{
    const SliderGeometry geometry(size(), m_state.max);
    const double percentage = geometry.percentage(x);
    const double range = geometry.percentage(x + CatchPixels) - percentage;
    const double tenths = std::round(percentage * 10) / 10;
    const double stop = snapped(m_state, percentage, range);
    const bool onStop = std::abs(stop - percentage) > 0.006;
    edit(onStop ? stop : tenths);
}

void PercentageSlider::mousePressEvent(QMouseEvent *event)
{
    const bool inside = SliderGeometry(size(), m_state.max).grabArea().contains(event->position());
    if (event->button() != Qt::LeftButton || !inside) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_dragging = true;
    dragTo(event->position().x());
}

void PercentageSlider::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragging)
        dragTo(event->position().x());
}

void PercentageSlider::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        m_dragging = false;
}

void PercentageSlider::keyPressEvent(QKeyEvent *event)
{
    const double step = event->modifiers() & Qt::ShiftModifier ? SmallestStep : SmallStep;
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Up: edit(m_target + step); return;
    case Qt::Key_Left:
    case Qt::Key_Down: edit(m_target - step); return;
    case Qt::Key_PageUp: edit(stopAbove(m_state, m_target)); return;
    case Qt::Key_PageDown: edit(stopBelow(m_state, m_target)); return;
    case Qt::Key_Home: edit(0); return;
    case Qt::Key_End: edit(m_state.max); return;
    case Qt::Key_Escape:
        if (isMoved()) {
            edit(m_state.current);
            return;
        }
        [[fallthrough]];
    default: QWidget::keyPressEvent(event);
    }
}

void PercentageSlider::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::EnabledChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace crossfade
