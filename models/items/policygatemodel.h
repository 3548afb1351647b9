// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/keyedsteps.h"
#include "models/items/policyrow.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// The gates before the next step, in the order they are asked.
class PolicyGateModel : public KeyedModel<GateRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Gate, Status, Detail, Opens, ColumnCount };
    enum Role { WordRole = Qt::UserRole + 1 };

    explicit PolicyGateModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<GateRow> rows);
    int blockedCount() const;

private:
    QString display(const GateRow &row, int column) const;

    std::vector<GateRow> m_rows;
};

} // namespace crossfade
