// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/frame/page.h"
#include "ui/shared/glyphs.h"

#include <QListView>

class QStandardItemModel;

namespace crossfade {

// The pages at the left: icon, title, badge; groups are split by hairlines.
class NavList : public QListView {
    Q_OBJECT
public:
    explicit NavList(QWidget *parent = nullptr);

    static constexpr int Width = 212;
    void addPage(const Page *page, Symbol symbol);
    void addSeparator();
    void setBadge(const QString &pageId, const QString &text, Page::BadgeTone tone);
    void setCurrentPage(const QString &pageId);
    QString currentPage() const;

Q_SIGNALS:
    void pageChosen(const QString &pageId);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QStandardItemModel *m_rows;
};

} // namespace crossfade
