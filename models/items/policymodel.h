// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/keyedsteps.h"
#include "models/items/policyrow.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// The shift policies, by name; refreshed by keyed merge.
class PolicyModel : public KeyedModel<PolicyRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole + 1, // QString
        StateRole,                 // QString, the API's word
        ChipTextRole,              // QString "STABILIZING 03:12"
        PercentRole,               // double
        MaxRole,                   // double
    };

    explicit PolicyModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    void setRows(std::vector<PolicyRow> rows, Instant now);
    void put(PolicyRow row, Instant now);
    void remove(const std::string &id);
    void setNow(Instant now); // countdowns
    const std::vector<PolicyRow> &rows() const { return m_rows; }
    const PolicyRow *find(const std::string &id) const;
    QModelIndex indexOf(const std::string &id) const;
    int runningCount() const;

private:
    std::vector<PolicyRow> m_rows;
    Instant m_now;
};

} // namespace crossfade
