// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/factlist.h"

#include "ui/shared/theme.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace crossfade {

namespace {

constexpr int RowHeight = 24;
constexpr int Inset = 12;
constexpr int Padding = 6;
constexpr int LeastStrong = 96;

int strongWidth(const std::vector<Fact> &facts)
{
    const QFontMetrics metrics(fontOf(FontRole::Strong));
    int width = LeastStrong;
    for (const Fact &fact : facts)
        width = std::max(width, metrics.horizontalAdvance(fact.strong) + 16);
    return width;
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
    updateGeometry();
    update();
}

QSize FactList::sizeHint() const
{
    return {360, static_cast<int>(m_facts.size()) * RowHeight + 2 * Padding};
}

void FactList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &t = tokensOf(palette());
    const QFont strong = fontOf(FontRole::Strong);
    const QFont plain = fontOf(FontRole::Secondary);
    const QFontMetrics strongMetrics(strong);
    const QFontMetrics plainMetrics(plain);
    const int textLeft = Inset + 20 + strongWidth(m_facts);
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
        painter.drawText(textLeft, baseline,
                         plainMetrics.elidedText(fact.text, Qt::ElideRight, width() - textLeft - Inset));
        y += RowHeight;
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
    const int row = (y - Padding) / RowHeight;
    return y >= Padding && row < static_cast<int>(m_facts.size()) ? row : -1;
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
