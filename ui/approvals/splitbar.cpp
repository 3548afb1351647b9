// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approvals/splitbar.h"

#include "models/items/timetext.h"
#include "ui/shared/glyphs.h"
#include "ui/shared/tokens.h"

#include <QPainter>

namespace crossfade {

SplitBar::SplitBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SplitBar::setShareOfNew(std::optional<double> percent)
{
    m_percent = percent;
    setAccessibleName(percent ? tr("%1 on NEW").arg(percentText(percent, 1)) : tr("share unknown"));
    update();
}

void SplitBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    const QRect bar(0, (height() - 10) / 2, width(), 10);
    if (!m_percent) {
        painter.fillRect(bar, tokens.neutralTint);
        return;
    }
    const int split = qRound(bar.width() * *m_percent / 100);
    const QRect fresh(bar.left(), bar.top(), split, bar.height());
    const QRect legacy(bar.left() + split, bar.top(), bar.width() - split, bar.height());
    painter.fillRect(fresh, tokens.fresh);
    if (legacy.width() <= 0) return;
    painter.fillRect(legacy, hatchBrush(tokens.legacy, tokens.legacyTint, false, devicePixelRatioF()));
    painter.setPen(tokens.legacy);
    painter.drawRect(legacy.adjusted(0, 0, -1, -1));
}

} // namespace crossfade
