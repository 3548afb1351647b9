// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// The decision table for one request, line by line, with the line that decides.
class TraceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Number, Condition, Detail, ColumnCount };
    enum Role {
        DecidesRole = Qt::UserRole + 1, // bool
        AfterRole,                      // bool: below the deciding line, not asked any more
        EditedRole,                     // bool: unsaved edits change this line
    };

    explicit TraceModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    // `saved` and `edited`: the same request decided here without and with the unsaved edits; both
    // empty if there are none.
    void setLines(std::vector<TraceLine> lines, const std::vector<TraceLine> &saved = {},
                  const std::vector<TraceLine> &edited = {});
    int decidingRow() const; // -1: none

private:
    static QString shortCondition(const TraceLine &line);
    struct Shown {
        TraceLine line;
        bool edited = false;
        bool after = false;
    };
    std::vector<Shown> m_lines;
};

} // namespace crossfade
