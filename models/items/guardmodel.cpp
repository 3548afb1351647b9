// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/guardmodel.h"

#include "models/items/keyedroles.h"
#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QStringList>

#include <algorithm>
#include <map>

namespace crossfade {

namespace {

constexpr std::size_t MostRecent = 180;

} // namespace

GuardModel::GuardModel(QObject *parent) : KeyedModel(parent) {}

int GuardModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int GuardModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString GuardModel::display(const GuardRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Verdict: return verdictText(row.verdict);
    case Name: return guardText(row.guard);
    case Now: return measureText(row.guard.metric, row.value);
    case MustBe: return mustBeText(row.guard);
    case Evidence: return evidenceText(row, m_now);
    case Count:
        return row.verdict.empty() ? QString(QChar(0x2014))
                                   : tr("%1 of %2").arg(row.breaches).arg(row.guard.windows);
    case Window: return windowLengthText(row.guard.windowSeconds);
    case Trend:
    case ColumnCount: break;
    }
    return {};
}

QVariantList GuardModel::trend(const GuardRow &row) const
{
    QVariantList values;
    for (const GuardRow::Sample &sample : row.recent)
        values << (sample.value ? QVariant(*sample.value) : QVariant());
    return values;
}

QVariant GuardModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const GuardRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return display(row, index.column());
    case Qt::EditRole:
        return index.column() == Verdict ? toText(row.verdict.empty() ? "NO_DATA" : row.verdict)
                                         : display(row, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == Trend ? tr("%n window(s)", nullptr, static_cast<int>(row.recent.size()))
                                       : display(row, index.column());
    case Qt::ToolTipRole: {
        QString text = runnerText(row.detail);
        if (row.guard.metric == Metric::Promql)
            text.prepend(toText(row.guard.source + ": " + row.guard.expression) + QLatin1Char('\n'));
        if (row.judgedAt)
            text += QLatin1Char('\n') + tr("judged %1").arg(utcText(*row.judgedAt));
        return text.trimmed().toHtmlEscaped();
    }
    case IdRole: return toText(row.guard.id);
    case ItemEmphasisRole: return row.verdict == "BREACH" && index.column() == Now ? ItemRed : 0;
    case ItemSparklineRole: return trend(row);
    case ItemSparklineThresholdRole: return row.guard.isRelative() ? QVariant() : QVariant(row.guard.threshold);
    case ItemSparklineToneRole:
        if (row.verdict == "BREACH")
            return QStringLiteral("BREACH");
        return isOfComparator(row.guard.metric) || row.guard.metric == Metric::Promql
            ? QString()
            : toText(platformWord(row.guard.platform));
    case ItemRowTintRole: return row.verdict == "BREACH" ? QStringLiteral("BREACH") : QString();
    default: return {};
    }
}

QVariant GuardModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (static_cast<Column>(section)) {
    case Verdict: return tr("Verdict");
    case Name: return tr("Guard");
    case Now: return tr("Now");
    case MustBe: return tr("Must be");
    case Evidence: return tr("Evidence");
    case Count: return tr("k of n");
    case Trend: return tr("Trend");
    case Window: return tr("Window");
    case ColumnCount: break;
    }
    return {};
}

void GuardModel::setRows(std::vector<GuardRow> rows, Instant now)
{
    m_now = now;
    mergeRows(m_rows, std::move(rows), [](const GuardRow &row) { return row.guard.id; });
}

void GuardModel::judge(const std::vector<GuardRow> &judged, Instant now)
{
    std::vector<GuardRow> rows = m_rows;
    for (const GuardRow &news : judged) {
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const GuardRow &row) {
            return row.guard.id == news.guard.id;
        });
        if (found == rows.end() || (found->judgedAt && news.judgedAt && *news.judgedAt <= *found->judgedAt))
            continue; // an event that the snapshot already held
        std::vector<GuardRow::Sample> recent = std::move(found->recent);
        if (news.judgedAt)
            recent.push_back({*news.judgedAt, news.value, news.verdict, news.samples});
        if (recent.size() > MostRecent)
            recent.erase(recent.begin());
        *found = news;
        found->recent = std::move(recent);
    }
    setRows(std::move(rows), now);
}

QString GuardModel::summary() const
{
    std::map<std::string, int> counts;
    int quiet = 0;
    for (const GuardRow &row : m_rows) {
        ++counts[row.verdict];
        quiet += row.verdict != "PASS" && !row.guard.decides ? 1 : 0;
    }
    QStringList parts;
    for (const char *word : {"PASS", "BREACH", "TOO_FEW", "NO_DATA", "STALE", "SOURCE_ERROR", ""}) {
        if (const int count = counts[word]; count > 0)
            parts << tr("%1 %2").arg(count).arg(verdictText(word));
    }
    const QString text = parts.join(QStringLiteral(" · "));
    return quiet > 0 ? tr("%1 (%2 SHOW, never block)").arg(text).arg(quiet) : text;
}

std::optional<Instant> GuardModel::judgedAt() const
{
    std::optional<Instant> latest;
    for (const GuardRow &row : m_rows) {
        if (row.judgedAt && (!latest || *row.judgedAt > *latest))
            latest = row.judgedAt;
    }
    return latest;
}

const GuardRow *GuardModel::tripped() const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [](const GuardRow &row) { return row.tripped; });
    return found == m_rows.end() ? nullptr : &*found;
}

} // namespace crossfade
