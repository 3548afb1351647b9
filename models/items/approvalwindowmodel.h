// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/approvalrow.h"

#include <QAbstractTableModel>

namespace crossfade {

// The windows that were judged before an approval was asked for, newest last.
class ApprovalWindowModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Window, Value, MustBe, Samples, Verdict, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setEvidence(const ApprovalEvidence &evidence);

private:
    QString display(const ApprovalEvidence::Window &window, int column) const;
    ApprovalEvidence m_evidence;
};

} // namespace crossfade
