// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/importreport.h"

#include "models/items/keyedroles.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

namespace crossfade {

namespace {

ImportReportModel::Part partOf(ImportLine::Kind kind)
{
    switch (kind) {
    case ImportLine::Kind::Error: return ImportReportModel::Part::Errors;
    case ImportLine::Kind::Warning: return ImportReportModel::Part::Warnings;
    case ImportLine::Kind::Create:
    case ImportLine::Kind::Update: break;
    }
    return ImportReportModel::Part::Changes;
}

} // namespace

ImportReportModel::ImportReportModel(QObject *parent) : QAbstractTableModel(parent) {}

void ImportReportModel::setReport(const ImportReport &report)
{
    m_all = report.lines;
    choose();
}

void ImportReportModel::setPart(Part part)
{
    m_part = part;
    choose();
}

void ImportReportModel::choose()
{
    std::vector<ImportLine> lines;
    for (const ImportLine &line : m_all)
        if (partOf(line.kind) == m_part)
            lines.push_back(line);
    beginResetModel();
    m_lines = std::move(lines);
    endResetModel();
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
}

int ImportReportModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int ImportReportModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ImportReportModel::shown(const ImportLine &line, int column) const
{
    switch (static_cast<Column>(column)) {
    case Row: return countText(line.row);
    case Subject: return line.subject.empty() ? tr("the whole row") : toText(line.subject);
    case Text: break;
    case ColumnCount: return {};
    }
    switch (line.kind) {
    case ImportLine::Kind::Error:
    case ImportLine::Kind::Warning: return importText(line.text);
    case ImportLine::Kind::Create: return tr("new: %1").arg(toText(line.text));
    case ImportLine::Kind::Update: return tr("changes %1").arg(toText(line.text));
    }
    return {};
}

QVariant ImportReportModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const ImportLine &line = m_lines[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
    case Qt::AccessibleTextRole: return shown(line, index.column());
    case Qt::ToolTipRole: return shown(line, Text).toHtmlEscaped();
    case ItemEmphasisRole:
        return line.kind == ImportLine::Kind::Error && index.column() == Subject ? ItemRed : 0;
    default: return {};
    }
}

QVariant ImportReportModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (static_cast<Column>(section)) {
    case Row: return tr("Row");
    case Subject: return m_part == Part::Errors ? tr("Column") : tr("Rule");
    case Text: return m_part == Part::Changes ? tr("What would change") : tr("Message");
    case ColumnCount: break;
    }
    return {};
}

} // namespace crossfade
