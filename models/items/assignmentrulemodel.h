// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/assignment.h"

#include <QAbstractTableModel>

#include <cstddef>
#include <optional>
#include <vector>

namespace crossfade {

// The ordered list of who gets which repair, as it is being edited: each step can be taken back.
class AssignmentRuleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { DataType, Difference, Field, To, Order, ColumnCount };

    explicit AssignmentRuleModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    // What is stored; edits and their steps are gone.
    void setStored(std::vector<AssignmentRule> rules);
    // Somebody else stored another list: the edits stay, what they are held against changes.
    void setBase(std::vector<AssignmentRule> rules);
    const std::vector<AssignmentRule> &rules() const { return m_rules; }
    bool isEdited() const { return m_rules != m_base; }

    void insert(int row, const AssignmentRule &rule);
    void replace(int row, const AssignmentRule &rule);
    // Where the rule that was `was` at this row is by now, another list may have come; it becomes `rule`. -1: it is gone.
    int replaceWhere(int row, const AssignmentRule &was, const AssignmentRule &rule);
    void remove(int row);
    void move(int row, int to); // where it stands afterwards
    bool canUndo() const { return !m_steps.empty(); }
    void undo();

    // The rule a trial found is told from the others; nothing: none.
    void setFound(std::optional<std::size_t> row);

Q_SIGNALS:
    void edited();

private:
    void keep();
    QString display(std::size_t row, int column) const;

    std::vector<AssignmentRule> m_base;
    std::vector<AssignmentRule> m_rules;
    std::vector<std::vector<AssignmentRule>> m_steps; // the lists before each edit
    std::optional<std::size_t> m_found;
};

// The earlier rule that takes all that this one would take: it never applies.
std::optional<std::size_t> shadowedBy(const std::vector<AssignmentRule> &rules, std::size_t rule);
QString assigneeWords(const Assignee &to); // "ann", "all approvers"

} // namespace crossfade
