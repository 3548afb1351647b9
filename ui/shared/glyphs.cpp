// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/glyphs.h"

#include "ui/shared/symbolpaths.h"
#include "ui/shared/tokens.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

QPainterPath parsed(const char *text)
{
    QPainterPath path;
    const QStringList words = QString::fromLatin1(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    qsizetype at = 0;
    const auto number = [&] { return at < words.size() ? words.at(at++).toDouble() : 0.0; };
    while (at < words.size()) {
        const QChar command = words.at(at++).at(0);
        const double x = command == QLatin1Char('Z') ? 0 : number();
        const double y = command == QLatin1Char('Z') ? 0 : number();
        if (command == QLatin1Char('M')) {
            path.moveTo(x, y);
        } else if (command == QLatin1Char('L')) {
            path.lineTo(x, y);
        } else if (command == QLatin1Char('Q')) {
            const double endX = number();
            path.quadTo(x, y, endX, number());
        } else if (command == QLatin1Char('O')) {
            const double radius = number();
            path.addEllipse(QPointF(x, y), radius, radius);
        } else if (command == QLatin1Char('R')) {
            const double width = number();
            const double height = number();
            const double radius = number();
            path.addRoundedRect(QRectF(x, y, width, height), radius, radius);
        } else {
            path.closeSubpath();
        }
    }
    return path;
}

struct Mark {
    const char *stroked;
    const char *filled;
};

Mark markOf(Glyph glyph)
{
    switch (glyph) {
    case Glyph::None: return {"", ""};
    case Glyph::Check: return {"M 2 6.4 L 4.8 9.2 L 10 3.2", ""};
    case Glyph::Cross: return {"M 2.8 2.8 L 9.2 9.2 M 9.2 2.8 L 2.8 9.2", ""};
    case Glyph::Question:
        return {"M 3.8 4 Q 3.8 1.9 6 1.9 Q 8.2 1.9 8.2 3.9 Q 8.2 5.2 6.9 5.9 Q 6 6.4 6 7.4",
                "O 6 10 1"};
    case Glyph::Pause: return {"M 4 2.5 L 4 9.5 M 8 2.5 L 8 9.5", ""};
    case Glyph::Clock: return {"O 6 6 4.7 M 6 3.4 L 6 6.2 L 7.9 7.3", ""};
    case Glyph::Diamond: return {"", "M 6 1 L 11 6 L 6 11 L 1 6 Z"};
    case Glyph::Circle: return {"", "O 6 6 4.4"};
    case Glyph::HalfCircle: return {"O 6 6 4.2", "M 6 1.8 Q 1.8 1.8 1.8 6 Q 1.8 10.2 6 10.2 Z"};
    case Glyph::Undo:
        return {"M 4.2 1.8 L 1.8 4.2 L 4.2 6.6 M 2 4.2 L 7 4.2 Q 10.2 4.2 10.2 7.2 "
                "Q 10.2 10.2 7 10.2 L 5 10.2", ""};
    case Glyph::Warning: return {"M 6 1.4 L 11 10.4 L 1 10.4 Z M 6 4.8 L 6 7", "O 6 8.7 0.8"};
    case Glyph::Play: return {"", "M 3 1.8 L 10 6 L 3 10.2 Z"};
    case Glyph::NotEqual: return {"M 2 4.4 L 10 4.4 M 2 7.6 L 10 7.6 M 8.4 1.6 L 3.6 10.4", ""};
    case Glyph::Plus: return {"M 6 2 L 6 10 M 2 6 L 10 6", ""};
    case Glyph::ChevronDown: return {"M 2.5 4.5 L 6 8 L 9.5 4.5", ""};
    case Glyph::ChevronRight: return {"M 4.5 2.5 L 8 6 L 4.5 9.5", ""};
    }
    return {"", ""};
}

// Draws a path of the given grid into the rectangle, scaled evenly and centred.
void drawPath(QPainter &painter, const QRectF &rect, double grid, const char *stroked,
              const char *filled, double width, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double scale = std::min(rect.width(), rect.height()) / grid;
    painter.translate(rect.center() - QPointF(grid, grid) * scale / 2);
    painter.scale(scale, scale);
    if (*filled != 0)
        painter.fillPath(parsed(filled), color);
    if (*stroked != 0) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(parsed(stroked));
    }
    painter.restore();
}

class SymbolEngine : public QIconEngine {
public:
    SymbolEngine(Symbol symbol, QColor color) : m_symbol(symbol), m_color(std::move(color)) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        paintSymbol(*painter, rect, m_symbol, color(mode));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap map(size);
        map.fill(Qt::transparent);
        QPainter painter(&map);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return map;
    }
    QIconEngine *clone() const override { return new SymbolEngine(m_symbol, m_color); }

private:
    QColor color(QIcon::Mode mode) const
    {
        const Tokens &tokens = tokensOf(QGuiApplication::palette());
        if (mode == QIcon::Disabled)
            return tokens.disabled;
        if (m_color.isValid())
            return m_color;
        return mode == QIcon::Normal ? tokens.secondary : tokens.text;
    }

    Symbol m_symbol;
    QColor m_color;
};

} // namespace

void paintGlyph(QPainter &painter, const QRectF &rect, Glyph glyph, const QColor &color)
{
    const Mark mark = markOf(glyph);
    drawPath(painter, rect, 12, mark.stroked, mark.filled, 1.7, color);
}

void paintSymbol(QPainter &painter, const QRectF &rect, Symbol symbol, const QColor &color)
{
    drawPath(painter, rect, 16, symbolPath(symbol), "", symbol == Symbol::Logo ? 1.7 : 1.35, color);
}

QIcon symbolIcon(Symbol symbol)
{
    return symbolIcon(symbol, QColor());
}

QIcon symbolIcon(Symbol symbol, const QColor &color)
{
    return symbol == Symbol::None ? QIcon() : QIcon(new SymbolEngine(symbol, color));
}

QBrush hatchBrush(const QColor &line, const QColor &ground, bool counter, qreal deviceRatio)
{
    // A tile of whole device pixels; the lines run over its corners, so that tiles join unseen.
    const int side = std::max(1, static_cast<int>(std::lround(8 * deviceRatio)));
    QPixmap tile(side, side);
    tile.fill(ground);
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(line, 1.1 * deviceRatio));
    for (const int shift : {-side, -side / 2, 0, side / 2, side}) {
        if (counter)
            painter.drawLine(QPointF(shift, 0), QPointF(shift + side, side));
        else
            painter.drawLine(QPointF(shift, side), QPointF(shift + side, 0));
    }
    painter.end();
    QBrush brush(tile);
    brush.setTransform(QTransform::fromScale(1 / deviceRatio, 1 / deviceRatio));
    return brush;
}

} // namespace crossfade
