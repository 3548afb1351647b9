// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/policyrow.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// The shifts that are started and not finalized, for the overview: policy, share, state, what comes next.
class RunningShiftsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Policy, Share, Percent, State, Next, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1 };

    explicit RunningShiftsModel(QObject *parent = nullptr);

    // Rows keep their place while the same policies run, so that a selection survives.
    void setPolicies(const std::vector<PolicyRow> &policies, Instant now);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QVariant shown(const PolicyRow &row, int column) const;
    QVariant raw(const PolicyRow &row, int column) const;

    std::vector<PolicyRow> m_rows;
    Instant m_now{};
};

} // namespace crossfade
