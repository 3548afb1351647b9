// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/checkmodel.h"

#include "models/items/keyedroles.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QVariant>

#include <algorithm>
#include <limits>

namespace crossfade {

CheckModel::CheckModel(QObject *parent)
    : KeyedModel(parent)
{
}

int CheckModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CheckModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CheckModel::display(const CheckRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Check: return toText(row.name);
    case DataType: return toText(row.dataType);
    case Consistent: return percentText(row.consistency());
    case Threshold: return percentText(row.threshold);
    case Open: return countText(row.openDifferences);
    case LastRun:
        if (!row.lastRun)
            return tr("never");
        if (const auto at = row.lastRun->endedAt ? row.lastRun->endedAt : row.lastRun->startedAt)
            return shortTime(*at, m_now);
        return tr("waiting");
    case State:
        if (!row.lastRun)
            return tr("never run");
        return row.lastRun->goesOn() ? runStateText(*row.lastRun) : toText(checkState(row));
    case Trend:
    case ColumnCount: break;
    }
    return {};
}

namespace {

bool isBelow(const CheckRow &row)
{
    const std::optional<double> value = row.consistency();
    return value && *value < row.threshold;
}

} // namespace

QVariant CheckModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const CheckRow &row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return display(row, column);
    case Qt::ToolTipRole:
        if (column == LastRun && row.lastRun && row.lastRun->endedAt)
            return utcText(*row.lastRun->endedAt);
        return row.lastRun && !row.lastRun->error.empty() ? toText(row.lastRun->error)
                                                          : display(row, column);
    case Qt::TextAlignmentRole: {
        const bool number = column == Consistent || column == Threshold || column == Open;
        return int((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    case Qt::EditRole:
        return column == State ? toText(checkState(row)) : display(row, column);
    case ItemEmphasisRole:
        return column == Consistent && isBelow(row) ? QVariant(ItemStrong) : QVariant();
    case ItemSparklineRole:
        return column == Trend ? QVariant(QVariantList(row.trend.begin(), row.trend.end()))
                               : QVariant();
    case ItemSparklineThresholdRole: return row.threshold;
    case IdRole: return toText(row.id);
    case StateRole: return toText(checkState(row));
    case BelowRole: return isBelow(row);
    case Qt::AccessibleTextRole:
        return column == Trend ? tr("%1 results").arg(row.trend.size()) : display(row, column);
    default: return {};
    }
}

QVariant CheckModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool number = section == Consistent || section == Threshold || section == Open;
        return int((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Check: return tr("Check");
    case DataType: return tr("Data");
    case Consistent: return tr("Consistent");
    case Threshold: return tr("Threshold");
    case Trend: return tr("Trend");
    case Open: return tr("Open");
    case LastRun: return tr("Last run (%1)").arg(zoneName(m_now));
    case State: return tr("State");
    case ColumnCount: break;
    }
    return {};
}

void CheckModel::setRows(std::vector<CheckRow> rows, Instant now)
{
    m_now = now;
    mergeRows(m_rows, std::move(rows), [](const CheckRow &row) { return row.id; });
}

void CheckModel::setRun(const RunRow &run)
{
    for (std::size_t at = 0; at < m_rows.size(); ++at) {
        if (m_rows[at].id != run.checkId || m_rows[at].lastRun == run)
            continue;
        m_rows[at].lastRun = run;
        Q_EMIT dataChanged(index(static_cast<int>(at), 0),
                           index(static_cast<int>(at), ColumnCount - 1));
    }
}

const CheckRow *CheckModel::rowOf(const QString &id) const
{
    const std::string key = toUtf8(id);
    const auto found = std::ranges::find(m_rows, key, &CheckRow::id);
    return found == m_rows.end() ? nullptr : &*found;
}

int CheckModel::passing() const
{
    return static_cast<int>(std::ranges::count_if(m_rows, [](const CheckRow &row) {
        const std::optional<double> value = row.consistency();
        return value && *value >= row.threshold;
    }));
}

namespace {

// The context of these texts for the translators.
struct RunWords {
    Q_DECLARE_TR_FUNCTIONS(RunWords)
};

// What a plural form is chosen by.
int plural(std::int64_t count)
{
    return static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}

QString sampleOutcomeText(const std::string &outcome)
{
    if (outcome == "ABOVE")
        return RunWords::tr("not under the threshold");
    if (outcome == "BELOW")
        return RunWords::tr("under the threshold");
    return RunWords::tr("undecided, a larger sample may tell");
}

} // namespace

QString runStateText(const RunRow &run)
{
    const QString word = toText(run.state == "FINISHED" ? run.status : run.state);
    const std::optional<int> percent = run.percentDone();
    if (!run.goesOn() || run.state == "QUEUED" || !percent)
        return word;
    return RunWords::tr("%1 %2 %").arg(word).arg(*percent);
}

QString runScopeText(const RunRow &run)
{
    if (run.scope == "SAMPLE")
        return RunWords::tr("a sample");
    if (run.scope == "INCREMENTAL")
        return RunWords::tr("what changed");
    return run.scope == "IDS" ? RunWords::tr("by ids") : QString();
}

QString runProgressText(const RunRow &run)
{
    QString text = run.rowsTotal ? RunWords::tr("%1 of %2 rows", nullptr, plural(*run.rowsTotal)).arg(countText(run.rowsDone),
                                                                                               countText(*run.rowsTotal))
                                 : RunWords::tr("%1 rows", nullptr, plural(run.rowsDone)).arg(countText(run.rowsDone));
    if (run.rowsPerSecond)
        text += RunWords::tr(" · %1 rows/s").arg(countText(qint64(*run.rowsPerSecond)));
    return text;
}

QString runDetailText(const RunRow &run, Instant now)
{
    QStringList parts;
    if (!run.waitingFor.empty()) {
        const QString side = run.waitingFor == "LOAD_NEW" ? QStringLiteral("NEW") : QStringLiteral("LEGACY");
        parts << (run.load ? RunWords::tr("waits: %1 has enough to do, its load is %2").arg(side).arg(*run.load)
                           : RunWords::tr("waits: %1 does not say in time how busy it is").arg(side));
    }
    if (run.segmentsTotal)
        parts << RunWords::tr("%1 of %2 segments", nullptr, plural(*run.segmentsTotal))
                     .arg(countText(run.segmentsDone), countText(*run.segmentsTotal));
    parts << RunWords::tr("%1 differences", nullptr, plural(run.differences())).arg(countText(run.differences()));
    if (run.inFlight + run.hot > 0)
        parts << RunWords::tr("%1 still changing").arg(countText(run.inFlight + run.hot));
    if (run.carried)
        parts << RunWords::tr("%1 not read, equal before").arg(countText(*run.carried));
    if (run.sample && run.sample->lower && run.sample->upper)
        parts << RunWords::tr("%1 to %2 of all rows are equal at %3 confidence: %4")
                     .arg(percentText(run.sample->lower), percentText(run.sample->upper),
                          percentText(run.sample->confidence, 0), sampleOutcomeText(run.sample->outcome));
    if (run.etaSeconds && run.goesOn() && run.state != "PAUSED")
        parts << RunWords::tr("done about %1").arg(timeOfDay(now + Seconds(*run.etaSeconds)));
    return parts.join(QStringLiteral(" · "));
}

} // namespace crossfade
