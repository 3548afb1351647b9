// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/keyedsteps.h"
#include "models/items/rulerow.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <vector>

namespace crossfade {

// The routing rules of all kinds with the edits not yet saved; refreshed by keyed merge.
class RuleModel : public KeyedModel<RuleRow, QAbstractTableModel> {
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

    void setRows(std::vector<RuleRow> rows, Instant now);
    // Without a role that may edit, the toggles stand still.
    void setEditable(bool editable);
    const std::vector<RuleRow> &rows() const { return m_rows; }
    const RuleRow *rowOf(const QString &id) const;
    int count(RuleType kind) const;

Q_SIGNALS:
    void toggled(const QString &id, bool active);

private:
    QString display(const RuleRow &row, int column) const;
    QVariant edit(const RuleRow &row, int column) const;

    std::vector<RuleRow> m_rows;
    Instant m_now;
    bool m_editable = true;
};

// One kind of rule, those that contain the text; sorts by raw values, ties by name.
class RuleFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RuleFilter(QObject *parent = nullptr);
    void setKind(RuleType kind);
    RuleType kind() const { return m_kind; }
    void setText(const QString &text);
    const QString &text() const { return m_text; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    RuleType m_kind = RuleType::User;
    QString m_text;
};

} // namespace crossfade
