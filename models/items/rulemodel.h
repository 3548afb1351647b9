// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulerows.h"

#include <QAbstractTableModel>

#include <array>
#include <vector>

namespace crossfade {

// The routing rules of all kinds with the edits not yet saved. One that comes, changes or goes costs nothing of the
// others; all at once are a keyed merge, so that selection and scroll survive.
class RuleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Priority, Active, Name, Target, Serves, InForce, Reason, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1, // QString
        KindRole,                  // int of RuleType
        PlatformRole,              // QString: NEW, LEGACY, BOTH
        ActiveRole,                // bool
        EditRoleState,             // int of RuleEdit
        ProblemRole,               // QString, empty when the row is well
        SearchRole,                // QString the filter looks into
    };

    explicit RuleModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    // Only the Active column, EditRole: nothing changes here, toggled() asks for it.
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

    void setRows(const std::vector<RuleRowPtr> &rows, Instant now);
    // By their ids: those known are changed in place, the others come last, together.
    void putRows(const std::vector<RuleRowPtr> &rows, Instant now);
    void removeRows(const std::unordered_set<std::string> &ids);
    // Without a role that may edit, the toggles stand still.
    void setEditable(bool editable);
    const RuleRows &rows() const { return m_rows; }
    const RuleRow *rowOf(const QString &id) const;
    int count(RuleType kind) const { return m_counts.at(static_cast<std::size_t>(kind)); }
    QModelIndex indexOf(const QString &id, int column) const;

Q_SIGNALS:
    void toggled(const QString &id, bool active);

private:
    QString display(const RuleRow &row, int column) const;
    QVariant edit(const RuleRow &row, int column) const;

    static constexpr std::size_t FewRemoved = 500; // one by one; more are a new beginning

    void replace(std::size_t at, const RuleRowPtr &row);
    void removeAt(std::size_t first, std::size_t count);
    void reorder(const std::vector<RuleRowPtr> &wanted);
    int &counted(const RuleRow &row) { return m_counts.at(static_cast<std::size_t>(row.input.kind)); }

    RuleRows m_rows;
    std::array<int, 3> m_counts{}; // of each kind
    Instant m_now;
    bool m_editable = true;
};

} // namespace crossfade
