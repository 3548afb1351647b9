// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/buttons.h"

#include "ui/shared/crossfadestyle.h"
#include "ui/shared/theme.h"

#include <QPainter>
#include <QStyleOptionButton>

namespace crossfade {

namespace {

constexpr int Side = 12;
constexpr int IconSide = 16;
constexpr int IconGap = 4;
constexpr int KeyGap = 10;

struct ButtonColors {
    QColor ground, border, text, symbol;
};

QColor shaded(const QColor &color, const Tokens &tokens, bool down)
{
    const int step = down ? 112 : 106;
    if (color.lightness() > 128)
        return color.darker(down ? 108 : 104);
    return tokens.dark ? color.lighter(step) : color.lighter(step + 10);
}

ButtonColors colorsOf(ButtonKind kind, bool enabled, const Tokens &t)
{
    if (!enabled) {
        const QColor ground = kind == ButtonKind::Flat ? QColor(Qt::transparent) : t.neutralTint;
        return {ground, kind == ButtonKind::Flat ? QColor(Qt::transparent) : t.hairline, t.disabled,
                t.disabled};
    }
    switch (kind) {
    case ButtonKind::Plain: return {t.button, t.mid, t.text, t.secondary};
    case ButtonKind::Accent: return {t.ink, t.ink, t.inkText, t.inkText};
    case ButtonKind::RedOutline: return {t.dark ? t.button : t.base, t.red, t.redText, t.redText};
    case ButtonKind::RedFill: return {t.redFill, t.redFill, t.redFillText, t.redFillText};
    case ButtonKind::Flat:
        return {QColor(Qt::transparent), QColor(Qt::transparent), t.text, t.secondary};
    }
    return {t.button, t.mid, t.text, t.secondary};
}

bool isStrong(ButtonKind kind)
{
    return kind == ButtonKind::Accent || kind == ButtonKind::RedOutline
        || kind == ButtonKind::RedFill;
}

// Without the & of the shortcut.
QString shownText(QString text)
{
    const qsizetype at = text.indexOf(QLatin1Char('&'));
    if (at >= 0)
        text.remove(at, 1);
    return text;
}

} // namespace

Button::Button(const QString &text, QWidget *parent) : Button(ButtonKind::Plain, text, parent) {}

Button::Button(ButtonKind kind, const QString &text, QWidget *parent)
    : Button(kind, Symbol::None, text, parent)
{
}

Button::Button(ButtonKind kind, Symbol symbol, const QString &text, QWidget *parent)
    : QPushButton(text, parent), m_kind(kind), m_symbol(symbol)
{
    setAutoDefault(false);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFont(fontOf(isStrong(kind) ? FontRole::Strong : FontRole::Body));
    setAttribute(Qt::WA_Hover);
}

void Button::setKind(ButtonKind kind)
{
    if (kind == m_kind)
        return;
    m_kind = kind;
    setFont(fontOf(isStrong(kind) ? FontRole::Strong : FontRole::Body));
    updateGeometry();
    update();
}

void Button::setSymbol(Symbol symbol)
{
    m_symbol = symbol;
    updateGeometry();
    update();
}

void Button::setKeyHint(const QString &key)
{
    m_key = key;
    updateGeometry();
}

void Button::setBlocked(const QString &why)
{
    m_why = why;
    setEnabled(why.isEmpty());
    setToolTip(why.toHtmlEscaped());
    setAccessibleDescription(why);
}

QSize Button::sizeHint() const
{
    const QFontMetrics metrics(font());
    const QString shown = shownText(text());
    int width = shown.isEmpty() ? 0 : metrics.horizontalAdvance(shown);
    if (m_symbol != Symbol::None)
        width += IconSide + (shown.isEmpty() ? 0 : IconGap);
    if (!m_key.isEmpty())
        width += KeyGap + metrics.horizontalAdvance(m_key);
    const int side = shown.isEmpty() ? 6 : Side;
    return {width + 2 * side, ControlHeight};
}

QSize Button::minimumSizeHint() const
{
    return sizeHint();
}

void Button::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &tokens = tokensOf(palette());
    ButtonColors colors = colorsOf(m_kind, isEnabled(), tokens);
    const bool hover = isEnabled() && underMouse();
    if (isEnabled() && (isDown() || isChecked() || hover)) {
        if (m_kind == ButtonKind::Flat)
            colors.ground = isDown() ? tokens.highlight : tokens.neutralTint;
        else
            colors.ground = shaded(colors.ground, tokens, isDown() || isChecked());
    }
    painter.setPen(QPen(colors.border, 1));
    painter.setBrush(colors.ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);

    const QFontMetrics metrics(font());
    const QString shown = shownText(text());
    const int wanted = sizeHint().width();
    int x = shown.isEmpty() ? (width() - IconSide) / 2 : Side + std::max(0, (width() - wanted) / 2);
    if (m_symbol != Symbol::None) {
        paintSymbol(painter, QRectF(x, (height() - IconSide) / 2.0, IconSide, IconSide), m_symbol,
                    colors.symbol);
        x += IconSide + IconGap;
    }
    painter.setFont(font());
    painter.setPen(colors.text);
    const int baseline = (height() + metrics.ascent() - metrics.descent()) / 2;
    const int keyWidth = m_key.isEmpty() ? 0 : KeyGap + metrics.horizontalAdvance(m_key);
    const QString cut = metrics.elidedText(shown, Qt::ElideRight, width() - x - 4 - keyWidth);
    painter.drawText(x, baseline, cut);
    if (!m_key.isEmpty())
        painter.drawText(width() - Side - metrics.horizontalAdvance(m_key), baseline, m_key);
    if (showsFocus(this))
        paintFocusRing(painter, rect(), palette(),
                       isEnabled() && (m_kind == ButtonKind::Accent || m_kind == ButtonKind::RedFill));
}

} // namespace crossfade
