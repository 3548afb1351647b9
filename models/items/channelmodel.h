// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/channelrow.h"
#include "models/items/keyedsteps.h"

#include <QAbstractTableModel>

#include <vector>

namespace crossfade {

// The channels, by name, refreshed by keyed merge.
class ChannelModel : public KeyedModel<ChannelRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { State, Name, Kind, Where, Severity, Types, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1 }; // QString

    explicit ChannelModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<ChannelRow> rows);
    void put(const ChannelRow &row); // new or changed; an older version than the known one is dropped
    void remove(const std::string &id);
    const std::vector<ChannelRow> &rows() const { return m_rows; }
    const ChannelRow *rowOf(const std::string &id) const; // null: unknown
    int told() const; // those that are switched on

private:
    QString display(const ChannelRow &row, int column) const;

    std::vector<ChannelRow> m_rows;
};

// What came of telling one channel, newest first; grows by pages as the view asks for more.
class DeliveryModel : public KeyedModel<DeliveryRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { When, Alert, State, Attempts, Said, ColumnCount };

    explicit DeliveryModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override; // emits moreWanted()

    void setRows(std::vector<DeliveryRow> rows, bool more, Instant now); // the first page
    void append(std::vector<DeliveryRow> rows, bool more, Instant now);
    void moreFailed(); // it may be asked for again
    const std::vector<DeliveryRow> &rows() const { return m_rows; }

Q_SIGNALS:
    void moreWanted();

private:
    QString display(const DeliveryRow &row, int column) const;

    std::vector<DeliveryRow> m_rows;
    Instant m_now{};
    bool m_more = false;
    bool m_asked = false;
};

} // namespace crossfade
