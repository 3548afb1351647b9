// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/page.h"

namespace crossfade {

Page::Page(const QString &id, const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_id(id)
    , m_title(title)
{
    setObjectName(id + QStringLiteral("Page"));
    setAccessibleName(title);
}

void Page::showObject(const QString &) { }

void Page::refresh() { }

void Page::focusFilter() { }

bool Page::undo()
{
    return false;
}

QList<PaletteEntry> Page::paletteEntries() const
{
    return {};
}

void Page::setBadge(const QString &text, BadgeTone tone)
{
    if (m_badge == text && m_badgeTone == tone) return;
    m_badge = text;
    m_badgeTone = tone;
    Q_EMIT badgeChanged();
}

} // namespace crossfade
