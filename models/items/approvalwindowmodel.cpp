// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/approvalwindowmodel.h"

#include "models/items/approvalwords.h"
#include "models/items/keyedroles.h"
#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

namespace crossfade {

int ApprovalWindowModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_evidence.windows.size());
}

int ApprovalWindowModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ApprovalWindowModel::display(const ApprovalEvidence::Window &window, int column) const
{
    const Guard guard = guardOf(m_evidence);
    switch (static_cast<Column>(column)) {
    case Window: return timeOfDay(window.at);
    case Value: return measureText(guard.metric, window.value);
    case MustBe: return mustBeText(guard);
    case Samples: return countText(window.samples);
    case Verdict: return verdictText(window.verdict);
    case ColumnCount: break;
    }
    return {};
}

QVariant ApprovalWindowModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const ApprovalEvidence::Window &window = m_evidence.windows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return display(window, index.column());
    case Qt::EditRole:
        return index.column() == Verdict ? toText(window.verdict) : display(window, index.column());
    case ItemEmphasisRole: return window.verdict == "BREACH" && index.column() == Value ? ItemRed : 0;
    case Qt::ToolTipRole: return utcText(window.at);
    default: return {};
    }
}

QVariant ApprovalWindowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Window: return tr("Window");
    case Value: return tr("Value");
    case MustBe: return tr("Must be");
    case Samples: return tr("n");
    case Verdict: return tr("Verdict");
    case ColumnCount: break;
    }
    return {};
}

void ApprovalWindowModel::setEvidence(const ApprovalEvidence &evidence)
{
    beginResetModel();
    m_evidence = evidence;
    endResetModel();
}

} // namespace crossfade
