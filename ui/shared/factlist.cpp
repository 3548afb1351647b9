// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/factlist.h"

#include "ui/shared/theme.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QResizeEvent>
#include <QTextLayout>
#include <QToolTip>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int RowHeight = 24;
constexpr int Inset = 12;
constexpr int Padding = 6;
constexpr int LeastStrong = 96;
constexpr int LeastMeaning = 160;
constexpr int MostLines = 3;

int strongWidth(const std::vector<Fact> &facts)
{
    const QFontMetrics metrics(fontOf(FontRole::Strong));
    int width = LeastStrong;
    for (const Fact &fact : facts)
        width = std::max(width, metrics.horizontalAdvance(fact.strong) + 16);
    return width;
}

// Where the meanings begin.
int meaningLeft(const std::vector<Fact> &facts)
{
    return Inset + 20 + strongWidth(facts);
}

// The meaning in lines of `width`; what three lines do not hold ends in an ellipsis.
QStringList linesOf(const QString &text, int width)
{
    const QFont font = fontOf(FontRole::Secondary);
    QTextLayout layout(text, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        if (lines.size() == MostLines - 1) {
            lines.append(QFontMetrics(font).elidedText(text.mid(line.textStart()), Qt::ElideRight, width));
            break;
        }
        lines.append(text.mid(line.textStart(), line.textLength()).trimmed());
    }
    layout.endLayout();
    return lines;
}

int rowHeight(const QString &text, int width)
{
    const auto more = std::max<qsizetype>(linesOf(text, width).size() - 1, 0);
    return RowHeight + static_cast<int>(more) * QFontMetrics(fontOf(FontRole::Secondary)).lineSpacing();
}

} // namespace

FactList::FactList(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FactList::setFacts(std::vector<Fact> facts)
{
    m_facts = std::move(facts);
    QStringList spoken;
    for (const Fact &fact : m_facts)
        spoken << fact.strong + QLatin1Char(' ') + fact.text;
    setAccessibleName(spoken.join(QStringLiteral("; ")));
    fitHeight();
    update();
}

int FactList::meaningWidth(int width) const
{
    return std::max(LeastMeaning, width - meaningLeft(m_facts) - Inset);
}

QSize FactList::sizeHint() const
{
    return {360, height()};
}

QSize FactList::minimumSizeHint() const
{
    return {meaningLeft(m_facts) + LeastMeaning + Inset, height()};
}

// A fixed height: the height for a width that Qt's layouts know of is given up first where room is short.
void FactList::fitHeight()
{
    int height = 2 * Padding;
    const int room = meaningWidth(std::max(width(), minimumSizeHint().width()));
    for (const Fact &fact : m_facts)
        height += rowHeight(fact.text, room);
    setFixedHeight(height);
}

void FactList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitHeight();
}

void FactList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &t = tokensOf(palette());
    const QFont strong = fontOf(FontRole::Strong);
    const QFont plain = fontOf(FontRole::Secondary);
    const QFontMetrics strongMetrics(strong);
    const QFontMetrics plainMetrics(plain);
    const int left = meaningLeft(m_facts);
    const int room = meaningWidth(width());
    int y = Padding;
    for (const Fact &fact : m_facts) {
        const QColor mark = fact.legacy ? t.legacy : fact.fresh ? t.fresh : fact.red ? t.red : t.secondary;
        paintGlyph(painter, QRectF(Inset, y + (RowHeight - 11) / 2.0, 11, 11), fact.glyph, mark);
        const int baseline = y + (RowHeight + strongMetrics.ascent() - strongMetrics.descent()) / 2;
        painter.setFont(strong);
        painter.setPen(t.text);
        painter.drawText(Inset + 20, baseline, fact.strong);
        painter.setFont(plain);
        painter.setPen(fact.red ? t.redText : t.secondary);
        int lineBase = baseline;
        for (const QString &line : linesOf(fact.text, room)) {
            painter.drawText(left, lineBase, line);
            lineBase += plainMetrics.lineSpacing();
        }
        y += rowHeight(fact.text, room);
    }
}

void FactList::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

int FactList::rowAt(int y) const
{
    int bottom = Padding;
    for (std::size_t row = 0; row < m_facts.size(); ++row) {
        const int top = bottom;
        bottom += rowHeight(m_facts[row].text, meaningWidth(width()));
        if (y >= top && y < bottom)
            return static_cast<int>(row);
    }
    return -1;
}

bool FactList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        if (const int row = rowAt(help->pos().y()); row >= 0)
            QToolTip::showText(help->globalPos(), m_facts[static_cast<std::size_t>(row)].text.toHtmlEscaped(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace crossfade
