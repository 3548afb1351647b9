// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/mappingssession.h"

#include <QDialog>
#include <QTimer>

#include <array>
#include <map>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QVBoxLayout;

namespace crossfade {

class Button;
class FormField;
class MappingFieldForm;
class Pane;
class ReasonField;
class Segmented;
class TableView;
class TextLabel;

// One mapping as a form: two tables, their keys, and which field is which. The comparator suggests it from what the
// tables look like; what it refuses is told at the field it names. Open until it took it.
class MappingEditor : public QDialog {
    Q_OBJECT
public:
    // `entry` null: a new one.
    MappingEditor(MappingsSession *session, const MappingEntry *entry, QWidget *parent);

    void reject() override; // asks first where edits would be lost; not while an answer is on its way

Q_SIGNALS:
    void saved(const std::string &id);

private:
    struct Side {
        QComboBox *source = nullptr;
        Segmented *from = nullptr; // a table, a query
        QLineEdit *table = nullptr;
        QPlainTextEdit *query = nullptr;
        QLineEdit *keys = nullptr;
        QComboBox *changed = nullptr;
        std::vector<SourceColumn> columns; // of `askedFor`
        std::string askedFor;              // source and relation
    };

    void buildSides(QVBoxLayout *column);
    QVBoxLayout *buildSide(Side &side, const char *pointer, const QString &title, const char *names);
    QWidget *buildRelation(Side &side, const std::string &at, const QString &title, const char *names);
    void showRelation(const Side &side);
    void buildMore(QVBoxLayout *column);
    Pane *buildFields();
    void buildFoot(QVBoxLayout *column);
    FormField *add(QVBoxLayout *column, const std::string &pointer, const QString &label, QWidget *editor, const QString &help = {});

    void fill(const Mapping &mapping);
    Mapping mapping() const;
    MappedTable tableOf(const Side &side) const;
    void onEdit();
    void onField();
    void selectField(int row);
    void askColumns();
    void onColumns(Side &side, const std::string &asked, const Result<std::vector<SourceColumn>> &columns);
    void suggest();
    void onSuggested(const Result<MappingDraft> &draft);
    void save();
    void onSaved(const Result<MappingEntry> &saved);
    void check();
    void syncButtons();
    int row() const;
    bool isNew() const { return m_base.id.empty(); }
    void say(const QString &text, bool red);

    MappingsSession *m_session;
    MappingEntry m_base;
    std::array<Side, 2> m_sides; // LEGACY, NEW
    std::map<std::string, FormField *> m_fields; // by pointer
    std::vector<FieldError> m_refused;           // by the comparator, until something is edited
    QTimer m_columnsSoon;
    QComboBox *m_type = nullptr;
    QLineEdit *m_setField = nullptr;
    std::optional<DeletionLimits> m_deletionLimits; // kept as they are: nothing here edits them
    std::optional<AutoRepairLimit> m_autoRepairLimit;
    Segmented *m_keyKind = nullptr;
    Segmented *m_authority = nullptr;
    std::array<QCheckBox *, 3> m_safe{};
    MappingFieldModel m_model;
    TableView *m_table = nullptr;
    MappingFieldForm *m_form = nullptr;
    QWidget *m_formBox = nullptr;
    TextLabel *m_unpaired = nullptr;
    ReasonField *m_reason = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_suggest = nullptr;
    Button *m_addField = nullptr;
    Button *m_removeField = nullptr;
    Button *m_cancel = nullptr;
    Button *m_save = nullptr;
    bool m_filling = false;
    bool m_working = false;
    bool m_touched = false; // something was written: mistakes are told
};

} // namespace crossfade
