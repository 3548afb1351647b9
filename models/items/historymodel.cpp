// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/historymodel.h"

#include "models/items/keyedroles.h"
#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <tuple>

namespace crossfade {

namespace {

constexpr std::size_t MostRows = 1'000;

QString outcomeText(const std::string &word)
{
    if (word == "SUCCESS")
        return HistoryModel::tr("SUCCESS");
    if (word == "FAILED")
        return HistoryModel::tr("FAILED");
    return word == "HELD" ? HistoryModel::tr("HELD") : toText(word);
}

} // namespace

HistoryModel::HistoryModel(QObject *parent) : KeyedModel(parent) {}

int HistoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int HistoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString HistoryModel::display(const HistoryRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Time: {
        const QDateTime at = localDateTime(row.at);
        const bool today = at.date() == QDate::currentDate();
        return today ? timeOfDay(row.at) : QLocale().toString(at, QStringLiteral("d MMM HH:mm"));
    }
    case Change: return changeText(row.from, row.to);
    case Cause: return causeText(row.cause);
    case Outcome: return outcomeText(row.result);
    case Who: return toText(row.actor);
    case Reason: {
        const std::string &why = row.reason.empty() ? row.error : row.reason;
        return row.actor == "runner" ? runnerText(why) : toText(why); // what a person wrote stays as it is
    }
    case Epoch: return QString::number(row.epoch);
    case ColumnCount: break;
    }
    return {};
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const HistoryRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return display(row, index.column());
    case Qt::EditRole:
        return index.column() == Outcome ? toText(row.result) : display(row, index.column());
    case Qt::ToolTipRole:
        if (index.column() == Time)
            return utcText(row.at);
        return toText(row.error.empty() ? row.reason : row.error).toHtmlEscaped();
    default: return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (static_cast<Column>(section)) {
    case Time:
        return tr("Time (%1)").arg(zoneName(instantFromMs(QDateTime::currentMSecsSinceEpoch())));
    case Change: return tr("Change");
    case Cause: return tr("Cause");
    case Outcome: return tr("Result");
    case Who: return tr("Who");
    case Reason: return tr("Reason");
    case Epoch: return tr("Epoch");
    case ColumnCount: break;
    }
    return {};
}

void HistoryModel::setRows(std::vector<HistoryRow> rows)
{
    std::stable_sort(rows.begin(), rows.end(), [](const HistoryRow &a, const HistoryRow &b) {
        return std::tie(a.at, a.id) > std::tie(b.at, b.id);
    });
    if (rows.size() > MostRows)
        rows.resize(MostRows);
    mergeRows(m_rows, std::move(rows), [](const HistoryRow &row) { return row.id; });
}

void HistoryModel::put(const HistoryRow &row)
{
    std::vector<HistoryRow> rows = m_rows;
    const auto same = [&](const HistoryRow &other) { return other.id == row.id; };
    if (const auto found = std::find_if(rows.begin(), rows.end(), same); found != rows.end())
        *found = row;
    else
        rows.push_back(row);
    setRows(std::move(rows));
}

} // namespace crossfade
