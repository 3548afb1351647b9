// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/auditrow.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// Entries of the audit, newest first; grows by pages as the view asks for more.
class AuditModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Who, Action, Object, Changed, Reason, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1 };

    explicit AuditModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override; // emits moreWanted()

    void clear();
    void append(std::vector<AuditRow> rows, bool more, Instant now);
    const AuditRow *row(const QModelIndex &index) const;

Q_SIGNALS:
    void moreWanted();

private:
    QString display(const AuditRow &row, int column) const;

    std::vector<AuditRow> m_rows;
    Instant m_now;
    bool m_more = false;
    bool m_asked = false;
};

// The fields of one entry, before and after, changed ones first.
class AuditChangeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Field, Before, After, ColumnCount };

    explicit AuditChangeModel(QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setChanges(std::vector<AuditChange> changes);
    bool isChange(int row) const { return m_changes.at(static_cast<std::size_t>(row)).isChange(); }

private:
    std::vector<AuditChange> m_changes;
};

} // namespace crossfade
