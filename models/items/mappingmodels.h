// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"

#include <QAbstractTableModel>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A stored mapping, whole.
struct MappingEntry {
    std::string id;
    std::string version;
    Mapping mapping;
};

// A database that tables are mapped of.
struct MappingSource {
    std::string id;
    std::string name;
    std::string kind; // SQLITE POSTGRESQL MARIADB
    bool operator==(const MappingSource &) const = default;
};

struct SourceColumn {
    std::string name;
    std::string type;
    bool key = false;
    bool operator==(const SourceColumn &) const = default;
};

// What the comparator makes of two tables.
struct MappingDraft {
    struct Unpaired {
        std::string column;
        std::string reason;
    };
    Mapping mapping;
    std::vector<Unpaired> legacyUnpaired;
    std::vector<Unpaired> newUnpaired;
};

// Everything the comparator would refuse without asking the databases, at its own pointers.
std::vector<FieldError> mappingProblems(const Mapping &mapping);
// In the console's language.
QString mappingProblemText(const std::string &message);
// "trimmed, ±0.5, 3 values mapped, sensitive": how a field is compared, beside its kind. Empty: as it is.
QString comparedText(const MappedField &field);

class MappingListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { DataType, Legacy, New, Fields, Authoritative, ColumnCount };
    explicit MappingListModel(QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setRows(std::vector<MappingEntry> rows);
    const std::vector<MappingEntry> &rows() const { return m_rows; }

private:
    std::vector<MappingEntry> m_rows;
};

// The fields of a mapping that is being edited; those that were refused are told by tint and tooltip.
class MappingFieldModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Legacy, New, Kind, Compared, ColumnCount };
    explicit MappingFieldModel(QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setFields(std::vector<MappedField> fields);
    const std::vector<MappedField> &fields() const { return m_fields; }
    void put(int row, const MappedField &field);
    void append(const MappedField &field);
    void remove(int row);
    // Pointers of the whole mapping; those below /fields are taken.
    void setProblems(const std::vector<FieldError> &problems);
    // Of one field, below it: "/tolerance", "/value_map/2/new".
    std::vector<FieldError> problemsOf(int row) const;

private:
    QString display(const MappedField &field, int column) const;

    std::vector<MappedField> m_fields;
    std::vector<std::vector<FieldError>> m_problems; // by row
};

// The pairs of a value map; both cells are edited in place.
class ValueMapModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Legacy, New, ColumnCount };
    explicit ValueMapModel(QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setPairs(std::vector<ValuePair> pairs);
    const std::vector<ValuePair> &pairs() const { return m_pairs; }
    void append();
    void remove(int row);
    void setNull(const QModelIndex &index, bool null); // SQL NULL, no text
    void setProblems(const std::vector<FieldError> &problems); // "/value_map/2/new"

Q_SIGNALS:
    void edited();

private:
    std::optional<std::string> &cell(const QModelIndex &index);
    const std::optional<std::string> &cell(const QModelIndex &index) const;

    std::vector<ValuePair> m_pairs;
    std::vector<QString> m_problems; // by row
};

} // namespace crossfade
