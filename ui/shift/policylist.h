// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>
#include <QStyledItemDelegate>

namespace crossfade {

// One policy in 66 pixels: name and share, the split with its cap, the state.
class PolicyDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit PolicyDelegate(QObject *parent = nullptr);
    void setStale(bool stale) { m_stale = stale; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    bool m_stale = false;
};

class PolicyList : public QListView {
    Q_OBJECT
public:
    explicit PolicyList(QWidget *parent = nullptr);
    void setStale(bool stale);
    QString currentId() const;
    void setCurrentId(const QString &id);

Q_SIGNALS:
    void selected(const QString &id); // by the operator

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    PolicyDelegate *m_delegate;
    bool m_quiet = false;
};

} // namespace crossfade
