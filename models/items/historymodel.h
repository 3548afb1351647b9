// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/historyrow.h"
#include "models/items/keyedsteps.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// What a shift did, newest first.
class HistoryModel : public KeyedModel<HistoryRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Time, Change, Cause, Outcome, Who, Reason, Epoch, ColumnCount };

    explicit HistoryModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<HistoryRow> rows);
    void put(const HistoryRow &row);
    const std::vector<HistoryRow> &rows() const { return m_rows; }

private:
    QString display(const HistoryRow &row, int column) const;

    std::vector<HistoryRow> m_rows;
};

} // namespace crossfade
