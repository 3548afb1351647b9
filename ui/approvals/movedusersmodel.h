// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/shiftsession.h"

#include <QAbstractTableModel>

namespace crossfade {

class MovedUsersModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { User, From, To, Reason, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setUsers(std::vector<MovedUser> users);

private:
    std::vector<MovedUser> m_users;
};

} // namespace crossfade
