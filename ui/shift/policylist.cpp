// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/policylist.h"

#include "models/items/policymodel.h"
#include "models/items/timetext.h"
#include "ui/shared/chip.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shared/sparkline.h"
#include "ui/shared/theme.h"

#include <QPainter>

namespace crossfade {

namespace {

constexpr int PolicyRowHeight = 66;
constexpr int Inset = 12;

ChipLook chipFor(const QModelIndex &index, bool stale)
{
    const QString word = index.data(PolicyModel::StateRole).toString();
    ChipLook look = chipOf(word, index.data(PolicyModel::ChipTextRole).toString());
    // In a list the filled red would shout from every page of it; the tint says the same.
    if (look.tone == Tone::RedFill)
        look.tone = Tone::RedTint;
    if (stale)
        look = {PolicyDelegate::tr("WAS %1").arg(look.text), Tone::Outline, Glyph::None};
    return look;
}

} // namespace

PolicyDelegate::PolicyDelegate(QObject *parent) : QStyledItemDelegate(parent) {}

QSize PolicyDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {200, PolicyRowHeight};
}

void PolicyDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    painter->save();
    const Tokens &t = tokensOf(option.palette);
    const QRect row = option.rect;
    const bool selected = option.state & QStyle::State_Selected;
    const bool hover = option.state & QStyle::State_MouseOver;
    painter->fillRect(row, selected ? t.highlight : hover ? t.alternate : t.base);
    painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), t.hairline);
    if (selected)
        painter->fillRect(QRect(row.left(), row.top(), 3, row.height() - 1), t.ink);

    const double percent = index.data(PolicyModel::PercentRole).toDouble();
    const QString share = percentText(percent, 1);
    painter->setFont(fontOf(FontRole::Strong));
    const QFontMetrics metrics(painter->font());
    const int baseline = row.top() + 22;
    const int shareWidth = metrics.horizontalAdvance(share);
    const QString name = metrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight,
                                            row.width() - 2 * Inset - shareWidth - 8);
    painter->setPen(m_stale ? t.secondary : t.text);
    painter->drawText(row.left() + Inset, baseline, name);
    painter->setPen(m_stale || percent <= 0 ? t.secondary : t.freshText);
    painter->drawText(row.right() - Inset - shareWidth + 1, baseline, share);

    const QRectF bar(row.left() + Inset, row.top() + 30, row.width() - 2 * Inset, 5);
    const double cap = index.data(PolicyModel::MaxRole).toDouble();
    paintSplit(*painter, bar, percent, cap, t);
    const QRect chip(row.left() + Inset, row.top() + 40, row.width() - 2 * Inset, ChipHeight);
    paintChip(*painter, chip, chipFor(index, m_stale), t);
    if ((option.state & QStyle::State_HasFocus) && option.widget != nullptr && showsFocus(option.widget))
        paintFocusRing(*painter, row.adjusted(0, 0, 0, -1), option.palette);
    painter->restore();
}

PolicyList::PolicyList(QWidget *parent) : QListView(parent), m_delegate(new PolicyDelegate(this))
{
    setObjectName(QStringLiteral("policyList"));
    setAccessibleName(tr("Shift policies"));
    setItemDelegate(m_delegate);
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void PolicyList::setStale(bool stale)
{
    m_delegate->setStale(stale);
    viewport()->update();
}

QString PolicyList::currentId() const
{
    return currentIndex().data(PolicyModel::IdRole).toString();
}

void PolicyList::setCurrentId(const QString &id)
{
    for (int row = 0; model() != nullptr && row < model()->rowCount(); ++row) {
        const QModelIndex index = model()->index(row, 0);
        if (index.data(PolicyModel::IdRole).toString() != id)
            continue;
        m_quiet = true;
        setCurrentIndex(index);
        m_quiet = false;
        return;
    }
}

void PolicyList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    if (!m_quiet && current.isValid())
        Q_EMIT selected(current.data(PolicyModel::IdRole).toString());
}

} // namespace crossfade
