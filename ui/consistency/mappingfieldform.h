// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/mappingmodels.h"

#include <QStringList>
#include <QWidget>

#include <map>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace crossfade {

class Button;
class FormField;
class TableView;
class TextLabel;

// One field of a mapping: its two columns, and how their values are compared and carried over.
class MappingFieldForm : public QWidget {
    Q_OBJECT
public:
    explicit MappingFieldForm(QWidget *parent = nullptr);

    void setField(const MappedField &field);
    MappedField field() const;
    void setColumns(const QStringList &legacy, const QStringList &fresh); // that the tables have
    // Below the field: "/tolerance", "/value_map/2/new".
    void setProblems(const std::vector<FieldError> &problems);

Q_SIGNALS:
    void edited();

private:
    void build(QVBoxLayout *column);
    void buildCompare(QVBoxLayout *column);
    void buildValueMap(QVBoxLayout *column);
    FormField *add(QVBoxLayout *column, const char *pointer, const QString &label, QWidget *editor, const QString &help = {});
    QComboBox *makeColumnBox(const char *name, const QString &accessible);
    QComboBox *makeZoneBox(const char *name, const QString &accessible);
    void onEdit();
    void adapt(); // to the kind
    FieldKind kind() const;

    std::map<std::string, FormField *> m_fields; // by pointer
    QLineEdit *m_name = nullptr;
    QComboBox *m_legacy = nullptr;
    QComboBox *m_new = nullptr;
    QComboBox *m_kind = nullptr;
    QCheckBox *m_trim = nullptr;
    QCheckBox *m_lower = nullptr;
    QCheckBox *m_upper = nullptr;
    QLineEdit *m_scale = nullptr;
    QLineEdit *m_tolerance = nullptr;
    QComboBox *m_legacyZone = nullptr;
    QComboBox *m_newZone = nullptr;
    QCheckBox *m_sensitive = nullptr;
    QCheckBox *m_ignored = nullptr;
    QWidget *m_mapBox = nullptr;
    ValueMapModel m_pairs;
    TableView *m_pairsTable = nullptr;
    TextLabel *m_mapProblem = nullptr;
    Button *m_null = nullptr;
    Button *m_removePair = nullptr;
    bool m_filling = false;
};

} // namespace crossfade
