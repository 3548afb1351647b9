// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/checkrow.h"
#include "models/items/keyedsteps.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// The checks with their last run, refreshed by keyed merge.
class CheckModel : public KeyedModel<CheckRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Check, DataType, Consistent, Threshold, Trend, Open, LastRun, State, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1, // QString
        StateRole,                 // QString: the chip's word, see checkState()
        BelowRole,                 // bool: the value that decides is under its threshold
    };

    explicit CheckModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<CheckRow> rows, Instant now);
    // Progress of one run: the check's last run, others keep theirs.
    void setRun(const RunRow &run);
    const std::vector<CheckRow> &rows() const { return m_rows; }
    const CheckRow *rowOf(const QString &id) const;
    int passing() const;

private:
    QString display(const CheckRow &row, int column) const;

    std::vector<CheckRow> m_rows;
    Instant m_now;
};

// "RUNNING 62 %": the words of a run's chip.
QString runStateText(const RunRow &run);
// Of which rows a run is, where not of all: "sample"; else empty.
QString runScopeText(const RunRow &run);
// "6 214 000 of 10 000 000 rows · 4 380 rows/s"
QString runProgressText(const RunRow &run);
// "59 of 96 segments · 3 102 differences · done about 14:19", and of an ended sample what it says of all rows
QString runDetailText(const RunRow &run, Instant now);

} // namespace crossfade
