// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/chip.h"
#include "ui/shared/sparkline.h"
#include "ui/shared/tableview.h"
#include "ui/shared/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace crossfade {

namespace {

constexpr int CellPadding = 8;
constexpr int EdgePadding = 12;
constexpr int BarWidth = 3;

bool isRight(CellKind kind)
{
    return kind == CellKind::Number || kind == CellKind::StrongNumber
        || kind == CellKind::SecondaryNumber;
}

FontRole roleOf(CellKind kind)
{
    switch (kind) {
    case CellKind::Strong:
    case CellKind::StrongNumber: return FontRole::Strong;
    case CellKind::Secondary:
    case CellKind::SecondaryNumber: return FontRole::Secondary;
    case CellKind::Mono: return FontRole::Mono;
    case CellKind::Text:
    case CellKind::Number:
    case CellKind::Chip:
    case CellKind::Platform:
    case CellKind::Toggle:
    case CellKind::Sparkline:
    case CellKind::Split: return FontRole::Body;
    }
    return FontRole::Body;
}

CellEmphasis emphasisOf(const QModelIndex &index)
{
    return static_cast<CellEmphasis>(index.data(EmphasisRole).toInt());
}

void drawText(QPainter &painter, const QRect &rect, const QString &text, FontRole role, bool right,
              const QColor &color, Qt::TextElideMode elide)
{
    painter.setFont(fontOf(role));
    painter.setPen(color);
    const QFontMetrics metrics(painter.font());
    const QString shown = metrics.elidedText(text, elide, rect.width());
    // A baseline from the main font: AlignVCenter moves lines that hold a fallback font.
    const int baseline = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2;
    const int x = right ? rect.right() + 1 - metrics.horizontalAdvance(shown) : rect.left();
    painter.drawText(x, baseline, shown);
}

void drawToggle(QPainter &painter, const QRect &rect, bool on, bool enabled, const QString &word,
                const Tokens &t)
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track(rect.left(), rect.center().y() - 6, 26, 14);
    const QColor strong = enabled ? t.ink : t.disabled;
    painter.setPen(QPen(on ? strong : (enabled ? t.fieldBorder : t.disabled), 1));
    painter.setBrush(on ? strong : t.base);
    painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 6.5, 6.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(on ? t.inkText : t.fieldBorder);
    const double middle = on ? track.right() - 7 : track.left() + 7;
    painter.drawEllipse(QPointF(middle, track.center().y()), on ? 4.0 : 3.0, on ? 4.0 : 3.0);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QRect text = rect.adjusted(32, 0, 0, 0);
    drawText(painter, text, word, FontRole::Axis, false, on ? t.text : t.secondary, Qt::ElideRight);
}

QColor sparkColor(const QString &tone, const Tokens &t)
{
    if (tone == QLatin1String("NEW"))
        return t.fresh;
    if (tone == QLatin1String("LEGACY"))
        return t.legacy;
    return tone == QLatin1String("BREACH") ? t.red : t.text;
}

// The whole row, not only the cell under the mouse.
bool isHovered(const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (const auto *table = qobject_cast<const TableView *>(option.widget))
        return table->hoveredRow() == index.row();
    return option.state & QStyle::State_MouseOver;
}

} // namespace

CellDelegate::CellDelegate(QObject *parent) : QStyledItemDelegate(parent) {}

void CellDelegate::setKind(int column, CellKind kind)
{
    const auto at = static_cast<std::size_t>(column);
    if (m_kinds.size() <= at)
        m_kinds.resize(at + 1, CellKind::Text);
    m_kinds[at] = kind;
}

CellKind CellDelegate::kind(int column) const
{
    const auto at = static_cast<std::size_t>(column);
    return at < m_kinds.size() ? m_kinds[at] : CellKind::Text;
}

void CellDelegate::setEdgeColumns(int first, int last)
{
    m_first = first;
    m_last = last;
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    painter->save();
    paintGround(*painter, option, index);
    paintCell(*painter, option, index, kind(index.column()));
    painter->restore();
}

void CellDelegate::paintGround(QPainter &painter, const QStyleOptionViewItem &option,
                               const QModelIndex &index) const
{
    const Tokens &t = tokensOf(option.palette);
    const QString tint = index.siblingAtColumn(0).data(RowTintRole).toString();
    const bool selected = option.state & QStyle::State_Selected;
    QColor ground = t.base;
    if (tint == QLatin1String("BREACH"))
        ground = t.redTint;
    else if (isHovered(option, index))
        ground = t.alternate;
    if (selected)
        ground = t.highlight;
    painter.fillRect(option.rect, ground);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.hairline);
    if (index.column() != m_first)
        return;
    const QRect bar(option.rect.left(), option.rect.top(), BarWidth, option.rect.height() - 1);
    if (selected)
        painter.fillRect(bar, t.ink);
    else if (tint == QLatin1String("EDITED"))
        for (int y = bar.top() + 3; y < bar.bottom() - 2; y += 4)
            painter.fillRect(QRect(bar.left(), y, BarWidth, 2), t.ink);
}

QRect CellDelegate::textRect(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const int left = index.column() == m_first ? EdgePadding : CellPadding;
    const int right = index.column() == m_last ? EdgePadding : CellPadding;
    return option.rect.adjusted(left, 0, -right, -1);
}

void CellDelegate::paintCell(QPainter &painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index, CellKind kind) const
{
    const Tokens &t = tokensOf(option.palette);
    const QRect rect = textRect(option, index);
    const QString text = index.data(Qt::DisplayRole).toString();
    const CellEmphasis emphasis = emphasisOf(index);
    switch (kind) {
    case CellKind::Chip:
    case CellKind::Platform: {
        const QString word = index.data(Qt::EditRole).toString();
        if (word.isEmpty() && text.isEmpty()) {
            drawText(painter, rect, QString(QChar(0x2014)), FontRole::Body, false, t.secondary, Qt::ElideRight);
            return;
        }
        ChipLook look = chipOf(word, text);
        if (m_stale && kind == CellKind::Chip)
            look = {tr("WAS %1").arg(look.text), Tone::Outline, Glyph::None};
        paintChip(painter, rect, look, t);
        return;
    }
    case CellKind::Toggle: {
        const bool on = index.data(Qt::EditRole).toBool();
        const bool enabled = (index.flags() & Qt::ItemIsEditable) && !m_stale;
        drawToggle(painter, rect, on, enabled, text.isEmpty() ? (on ? tr("on") : tr("off")) : text, t);
        return;
    }
    case CellKind::Sparkline: {
        const QVariant threshold = index.data(SparklineThresholdRole);
        paintSparkline(painter, QRectF(rect).adjusted(0, 6, 0, -6), index.data(SparklineRole).toList(),
                       threshold.isValid() ? std::optional(threshold.toDouble()) : std::nullopt,
                       sparkColor(index.data(SparklineToneRole).toString(), t), t);
        return;
    }
    case CellKind::Split: {
        const QRectF bar(rect.left(), rect.center().y() - 4, rect.width(), 9);
        paintSplit(painter, bar, index.data(Qt::EditRole).toDouble(), -1, t);
        return;
    }
    case CellKind::Text:
    case CellKind::Strong:
    case CellKind::Secondary:
    case CellKind::Number:
    case CellKind::StrongNumber:
    case CellKind::SecondaryNumber:
    case CellKind::Mono: break;
    }
    FontRole role = roleOf(kind);
    QColor color = role == FontRole::Secondary ? t.secondary : t.text;
    if (emphasis == CellEmphasis::Strong)
        role = FontRole::Strong;
    else if (emphasis == CellEmphasis::Quiet)
        color = t.secondary;
    else if (emphasis == CellEmphasis::Red)
        color = t.redText, role = FontRole::Strong;
    // Tertiary is too weak on a selection.
    if (m_stale)
        color = option.state & QStyle::State_Selected ? t.secondary : t.tertiary;
    drawText(painter, rect, text, role, isRight(kind), color, option.textElideMode);
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QFontMetrics metrics(fontOf(roleOf(kind(index.column()))));
    const int width = metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString());
    return {width + 2 * EdgePadding, std::max(28, option.decorationSize.height())};
}

bool CellDelegate::editorEvent(QEvent *event, QAbstractItemModel *model,
                               const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (kind(index.column()) != CellKind::Toggle || m_stale
        || !(index.flags() & Qt::ItemIsEditable))
        return false;
    bool wanted = false;
    if (event->type() == QEvent::MouseButtonRelease) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const QRect hit = textRect(option, index).adjusted(-4, 0, 0, 0);
        wanted = mouse->button() == Qt::LeftButton && hit.contains(mouse->position().toPoint());
    } else if (event->type() == QEvent::KeyPress) {
        wanted = static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space;
    }
    return wanted && model->setData(index, !index.data(Qt::EditRole).toBool(), Qt::EditRole);
}

} // namespace crossfade
