// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/keyedsteps.h"
#include "models/items/policyrow.h"

#include <QAbstractTableModel>

#include <string>
#include <vector>

namespace crossfade {

struct BlockingGateRow {
    std::string policyId, policyName, gate, why;
    bool operator==(const BlockingGateRow &) const = default;
};

// What keeps each running shift from its next step: a row for each gate that is not open.
class BlockingGateModel : public KeyedModel<BlockingGateRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Policy, Gate, Why, ColumnCount };
    enum Role { PolicyIdRole = Qt::UserRole + 1 };

    explicit BlockingGateModel(QObject *parent = nullptr);

    void setPolicies(const std::vector<PolicyRow> &policies);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString shown(const BlockingGateRow &row, int column) const;

    std::vector<BlockingGateRow> m_rows;
};

} // namespace crossfade
