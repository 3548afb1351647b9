// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include <string>
#include <vector>

namespace crossfade {

// What an import of rules would do, or did, as the router reports it.
struct ImportLine {
    enum class Kind { Error, Warning, Create, Update };
    Kind kind = Kind::Error;
    qint64 row = 0;      // as a spreadsheet numbers it
    std::string subject; // the column, or the name of the rule
    std::string text;    // what is wrong with it, whom it serves, which fields change
    bool operator==(const ImportLine &) const = default;
};

struct ImportReport {
    qint64 rows = 0;
    qint64 created = 0;
    qint64 updated = 0;
    qint64 unchanged = 0;
    qint64 errors = 0;   // all of them; the lines may be the first only
    qint64 warnings = 0;
    std::vector<ImportLine> lines;
};

// The lines of one part of a report.
class ImportReportModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Row, Subject, Text, ColumnCount };
    enum class Part { Errors, Warnings, Changes };

    explicit ImportReportModel(QObject *parent = nullptr);

    void setReport(const ImportReport &report);
    void setPart(Part part);
    Part part() const { return m_part; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void choose();
    QString shown(const ImportLine &line, int column) const;

    std::vector<ImportLine> m_all;
    std::vector<ImportLine> m_lines;
    Part m_part = Part::Changes;
};

// What the router says of a file, a row or a rule, in the console's language.
QString importText(const std::string &message);

} // namespace crossfade
