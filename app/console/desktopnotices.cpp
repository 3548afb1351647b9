// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/desktopnotices.h"

#include "ui/shared/glyphs.h"

namespace crossfade {

TrayNotices::TrayNotices()
{
    connect(&m_tray, &QSystemTrayIcon::messageClicked, this, &DesktopNotices::clicked);
}

bool TrayNotices::areAvailable() const
{
    return QSystemTrayIcon::isSystemTrayAvailable();
}

void TrayNotices::show(const QString &title, const QString &text)
{
    m_tray.setIcon(symbolIcon(Symbol::Logo)); // anew: the theme may have changed
    m_tray.show();
    m_tray.showMessage(title, text);
}

} // namespace crossfade
