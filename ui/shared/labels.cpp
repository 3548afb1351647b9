// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/labels.h"

#include "ui/shared/crossfadestyle.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace crossfade {

TextLabel::TextLabel(const QString &text, FontRole role, Ink ink, QWidget *parent)
    : QLabel(text, parent), m_ink(ink)
{
    setTextFormat(Qt::PlainText);
    setFont(fontOf(role));
    recolor();
}

void TextLabel::setInk(Ink ink)
{
    m_ink = ink;
    if (ink == Ink::Text)
        setPalette(QPalette()); // what it had as another ink goes
    recolor();
}

void TextLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    const auto type = event->type();
    if (type == QEvent::PaletteChange || type == QEvent::ApplicationPaletteChange)
        recolor();
}

void TextLabel::recolor()
{
    if (m_coloring || m_ink == Ink::Text)
        return;
    m_coloring = true; // setPalette() announces a palette change itself
    const Tokens &tokens = tokensOf(palette());
    const auto color = [&] {
        switch (m_ink) {
        case Ink::Text: return tokens.text;
        case Ink::Secondary: return tokens.secondary;
        case Ink::Tertiary: return tokens.tertiary;
        case Ink::Red: return tokens.redText;
        case Ink::Green: return tokens.greenText;
        case Ink::Legacy: return tokens.legacyText;
        case Ink::Fresh: return tokens.freshText;
        }
        return tokens.text;
    };
    QPalette changed;
    changed.setColor(QPalette::Active, QPalette::WindowText, color());
    changed.setColor(QPalette::Inactive, QPalette::WindowText, color());
    setPalette(changed);
    m_coloring = false;
}

namespace {

bool isShortened(const QLabel &label)
{
    return label.fontMetrics().horizontalAdvance(label.text()) > label.width();
}

} // namespace

ElidingLabel::ElidingLabel(const QString &text, FontRole role, Ink ink, QWidget *parent)
    : TextLabel(text, role, ink, parent)
{
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    policy.setHorizontalStretch(1);
    setSizePolicy(policy);
}

void ElidingLabel::setElideMode(Qt::TextElideMode mode)
{
    m_mode = mode;
    update();
}

QSize ElidingLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + 2, fontMetrics().height()};
}

QSize ElidingLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 3, fontMetrics().height()};
}

void ElidingLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled,
                                   QPalette::WindowText));
    const QFontMetrics metrics = fontMetrics();
    const QString shown = metrics.elidedText(text(), m_mode, width());
    const int baseline = (height() + metrics.ascent() - metrics.descent()) / 2;
    int x = 0;
    if (alignment() & Qt::AlignRight)
        x = width() - metrics.horizontalAdvance(shown);
    painter.drawText(std::max(0, x), baseline, shown);
    if (showsFocus(this))
        paintFocusRing(painter, rect(), palette());
}

bool ElidingLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        if (isShortened(*this)) {
            const auto *help = static_cast<QHelpEvent *>(event);
            QToolTip::showText(help->globalPos(), text().toHtmlEscaped(), this);
        }
        return true;
    }
    // Where the Tab key may come, the whole text is read without a mouse.
    if (event->type() == QEvent::FocusIn && isShortened(*this))
        QToolTip::showText(mapToGlobal(rect().bottomLeft()), text().toHtmlEscaped(), this);
    if (event->type() == QEvent::FocusOut)
        QToolTip::hideText();
    return TextLabel::event(event);
}

} // namespace crossfade
