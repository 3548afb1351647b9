// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/guardrow.h"
#include "models/items/keyedsteps.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// The guards of one policy with their latest verdicts.
class GuardModel : public KeyedModel<GuardRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Verdict, Name, Now, MustBe, Evidence, Count, Trend, Window, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1 };

    explicit GuardModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<GuardRow> rows, Instant now);
    // A judgement as it comes in: the guards named take it, and remember it for their sparkline.
    void judge(const std::vector<GuardRow> &judged, Instant now);
    const std::vector<GuardRow> &rows() const { return m_rows; }
    QString summary() const; // "4 PASS · 1 TOO FEW (SHOW, never blocks)"
    std::optional<Instant> judgedAt() const;
    const GuardRow *tripped() const; // the first one, if any

private:
    QString display(const GuardRow &row, int column) const;
    QVariantList trend(const GuardRow &row) const;

    std::vector<GuardRow> m_rows;
    Instant m_now;
};

} // namespace crossfade
