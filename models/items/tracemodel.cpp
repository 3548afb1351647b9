// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/tracemodel.h"

#include "models/items/keyedroles.h"
#include "models/items/text.h"
#include "models/items/tracewords.h"

#include <algorithm>

namespace crossfade {

TraceModel::TraceModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int TraceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int TraceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

// The router says a condition in a sentence, which the tooltip keeps; a row has room for words.
QString TraceModel::shortCondition(const TraceLine &line)
{
    if (line.line == "1")
        return tr("master is LEGACY");
    if (line.line == "2")
        return tr("master is NEW, forward only");
    if (line.line == "3")
        return tr("user rule");
    if (line.line == "4")
        return tr("system rule");
    if (line.line == "5")
        return tr("time rule");
    if (line.line == "6")
        return tr("inserts to NEW");
    if (line.line == "7")
        return tr("held, inconsistent");
    if (line.line == "8a")
        return tr("id threshold");
    if (line.line == "8b")
        return tr("not in LEGACY");
    if (line.line == "8c")
        return tr("gray list");
    if (line.line == "8d")
        return tr("not on the gray list");
    if (line.line == "9")
        return tr("user group");
    if (line.line == "10a")
        return tr("policy, no user id");
    if (line.line == "10b")
        return tr("policy, bucket");
    if (line.line == "11")
        return tr("default platform");
    return toText(line.condition);
}

QVariant TraceModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const Shown &shown = m_lines[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (static_cast<Column>(index.column())) {
        case Number: return toText(shown.line.line);
        case Condition: return shortCondition(shown.line);
        case Detail: return traceDetailText(shown.line);
        case ColumnCount: break;
        }
        return {};
    case Qt::ToolTipRole:
        return QStringLiteral("%1 — %2").arg(traceConditionText(shown.line), traceDetailText(shown.line));
    case Qt::TextAlignmentRole:
        return int((index.column() == Condition ? Qt::AlignLeft : Qt::AlignRight) |
                   Qt::AlignVCenter);
    case ItemRowTintRole: return shown.edited ? QStringLiteral("EDITED") : QString();
    case ItemEmphasisRole:
        return shown.line.decides ? QVariant(ItemStrong)
               : shown.after      ? QVariant(ItemQuiet)
                                  : QVariant();
    case DecidesRole: return shown.line.decides;
    case AfterRole: return shown.after;
    case EditedRole: return shown.edited;
    default: return {};
    }
}

QVariant TraceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Number: return tr("Line");
    case Condition: return tr("Condition");
    case Detail: return tr("Found");
    case ColumnCount: break;
    }
    return {};
}

namespace {

const TraceLine *lineOf(const std::vector<TraceLine> &lines, const std::string &number)
{
    const auto found = std::ranges::find(lines, number, &TraceLine::line);
    return found == lines.end() ? nullptr : &*found;
}

} // namespace

void TraceModel::setLines(std::vector<TraceLine> lines, const std::vector<TraceLine> &saved,
                          const std::vector<TraceLine> &edited)
{
    beginResetModel();
    m_lines.clear();
    bool after = false;
    for (TraceLine &line : lines) {
        const TraceLine *old = lineOf(saved, line.line);
        const TraceLine *other = lineOf(edited, line.line);
        const bool differs = old && other && (other->applies != old->applies ||
                                              other->detail != old->detail);
        const bool decides = line.decides;
        m_lines.push_back({std::move(line), differs, after});
        after = after || decides;
    }
    endResetModel();
}

int TraceModel::decidingRow() const
{
    const auto found =
        std::ranges::find_if(m_lines, [](const Shown &shown) { return shown.line.decides; });
    return found == m_lines.end() ? -1 : static_cast<int>(found - m_lines.begin());
}

} // namespace crossfade
