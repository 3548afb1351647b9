// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/items/keyedsteps.h"

#include <QAbstractTableModel>
#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A rule that hides differences and counts them. What is empty fits all.
struct IgnoreRuleRow {
    std::string id;
    std::string version;
    std::string checkId;
    std::string dataType;
    std::string entityPattern; // * is any characters, ? one
    std::string field;
    std::string type;          // MISSING EXTRA DIFFERENT
    std::string cause;
    bool ofValues = false;     // it names values, too
    std::optional<Instant> endsAt;
    bool ended = false;
    std::string reason;
    std::int64_t hidden = 0;   // open differences, now
    bool beingApplied = false; // the number still changes
    std::string createdBy;
    std::optional<Instant> createdAt;
    bool operator==(const IgnoreRuleRow &) const = default;
};

// What an operator asks to be hidden from now on.
struct IgnoreDraft {
    std::string dataType;
    std::string field;    // "": all fields, and whole rows
    std::string entityId; // "": of all entities
    std::string reason;
    std::optional<Instant> endsAt;
};

class IgnoreRuleModel : public KeyedModel<IgnoreRuleRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Scope, Hidden, Ends, Reason, By, ColumnCount };
    explicit IgnoreRuleModel(QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setRows(std::vector<IgnoreRuleRow> rows, Instant now);
    const std::vector<IgnoreRuleRow> &rows() const { return m_rows; }
    const IgnoreRuleRow *rowOf(const std::string &id) const;

private:
    QString display(const IgnoreRuleRow &rule, int column) const;

    std::vector<IgnoreRuleRow> m_rows;
    Instant m_now;
};

QString ignoreScopeText(const IgnoreRuleRow &rule); // "user · email · entity 7*"
// The pattern that fits this entity alone.
std::string entityPatternOf(const std::string &entityId);

} // namespace crossfade
