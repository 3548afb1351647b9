// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/navlist.h"

#include "ui/shared/chip.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shared/theme.h"

#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace crossfade {

namespace {

enum NavRole { PageRole = Qt::UserRole + 1, SymbolRole, BadgeRole, AlarmRole, SeparatorRole };

constexpr int NavRowHeight = 32;
constexpr int SeparatorHeight = 13;

class NavDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        return {NavList::Width, index.data(SeparatorRole).toBool() ? SeparatorHeight : NavRowHeight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

private:
    void paintGround(QPainter *painter, const QRectF &row, const QStyleOptionViewItem &option,
                     const Tokens &tokens) const;
    // Answers the left edge of what it painted.
    int paintBadge(QPainter *painter, const QRect &row, const QModelIndex &index,
                   const Tokens &tokens) const;
};

void NavDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                        const QModelIndex &index) const
{
    const Tokens &tokens = tokensOf(option.palette);
    painter->save();
    if (index.data(SeparatorRole).toBool()) {
        painter->setPen(tokens.hairline);
        painter->drawLine(option.rect.left() + 12, option.rect.center().y(),
                          option.rect.right() - 12, option.rect.center().y());
        painter->restore();
        return;
    }
    const QRect row = option.rect.adjusted(8, 1, -8, -1);
    paintGround(painter, row, option, tokens);
    const bool selected = option.state & QStyle::State_Selected;
    const auto symbol = static_cast<Symbol>(index.data(SymbolRole).toInt());
    paintSymbol(*painter, QRectF(row.left() + 12, row.center().y() - 7.5, 16, 16), symbol,
                selected ? tokens.text : tokens.secondary);
    const int badgeLeft = paintBadge(painter, row, index, tokens);
    const QFont font = fontOf(selected ? FontRole::Strong : FontRole::Body);
    painter->setFont(font);
    painter->setPen(tokens.text);
    const QFontMetrics metrics(font);
    const int left = row.left() + 36;
    const int baseline = row.top() + (row.height() + metrics.ascent() - metrics.descent()) / 2;
    painter->drawText(left, baseline,
                      metrics.elidedText(index.data().toString(), Qt::ElideRight,
                                         badgeLeft - left - 6));
    painter->restore();
}

void NavDelegate::paintGround(QPainter *painter, const QRectF &row,
                              const QStyleOptionViewItem &option, const Tokens &tokens) const
{
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const bool selected = option.state & QStyle::State_Selected;
    if (selected || option.state & QStyle::State_MouseOver) {
        painter->setBrush(selected ? tokens.highlight : tokens.neutralTint);
        painter->drawRoundedRect(row, Radius, Radius);
    }
    if (selected) {
        painter->setBrush(tokens.ink);
        painter->drawRoundedRect(QRectF(row.left() - 1, row.top() + 6, 3, row.height() - 12), 1.5, 1.5);
    }
    if ((option.state & QStyle::State_HasFocus) && option.widget != nullptr && showsFocus(option.widget))
        paintFocusRing(*painter, row, option.palette);
}

int NavDelegate::paintBadge(QPainter *painter, const QRect &row, const QModelIndex &index,
                            const Tokens &tokens) const
{
    const QString text = index.data(BadgeRole).toString();
    const int right = row.right() - 8;
    if (text.isEmpty())
        return right;
    if (index.data(AlarmRole).toBool()) {
        const ChipLook look{text, Tone::RedFill, Glyph::Warning};
        const int width = chipWidth(look);
        paintChip(*painter, QRect(right - width, row.top(), width, row.height()), look, tokens);
        return right - width;
    }
    const QFont font = fontOf(FontRole::Secondary);
    const QFontMetrics metrics(font);
    painter->setFont(font);
    painter->setPen(tokens.secondary);
    const int width = metrics.horizontalAdvance(text);
    painter->drawText(right - width,
                      row.top() + (row.height() + metrics.ascent() - metrics.descent()) / 2, text);
    return right - width;
}

} // namespace

NavList::NavList(QWidget *parent)
    : QListView(parent)
    , m_rows(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("navList"));
    setAccessibleName(tr("Pages"));
    setModel(m_rows);
    setItemDelegate(new NavDelegate(this));
    setFixedWidth(Width);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    setContentsMargins(0, 0, 0, 0);
    setViewportMargins(0, 8, 0, 8);
}

void NavList::addPage(const Page *page, Symbol symbol)
{
    auto *item = new QStandardItem(page->title());
    item->setData(page->id(), PageRole);
    item->setData(static_cast<int>(symbol), SymbolRole);
    m_rows->appendRow(item);
    setBadge(page->id(), page->badge(), page->badgeTone());
}

void NavList::addSeparator()
{
    auto *item = new QStandardItem;
    item->setData(true, SeparatorRole);
    item->setFlags(Qt::NoItemFlags);
    m_rows->appendRow(item);
}

void NavList::setBadge(const QString &pageId, const QString &text, Page::BadgeTone tone)
{
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        QStandardItem *item = m_rows->item(row);
        if (item->data(PageRole).toString() != pageId)
            continue;
        item->setData(text, BadgeRole);
        item->setData(tone == Page::BadgeTone::Alarm, AlarmRole);
        item->setData(text.isEmpty() ? item->text() : item->text() + QStringLiteral(", ") + text,
                      Qt::AccessibleTextRole);
    }
}

void NavList::setCurrentPage(const QString &pageId)
{
    for (int row = 0; row < m_rows->rowCount(); ++row)
        if (m_rows->item(row)->data(PageRole).toString() == pageId)
            setCurrentIndex(m_rows->index(row, 0));
}

QString NavList::currentPage() const
{
    return currentIndex().data(PageRole).toString();
}

void NavList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    const QString page = current.data(PageRole).toString();
    if (!page.isEmpty())
        Q_EMIT pageChosen(page);
}

void NavList::paintEvent(QPaintEvent *event)
{
    QListView::paintEvent(event);
    QPainter painter(viewport());
    painter.setPen(tokensOf(palette()).paneBorder);
    painter.drawLine(viewport()->width() - 1, 0, viewport()->width() - 1, viewport()->height());
}

} // namespace crossfade
