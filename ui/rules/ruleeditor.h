// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulerow.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace crossfade {

class Button;
class FormField;
class RecurrenceFields;

// One rule as a form, checked as it is typed. It gives back what was written; nothing is sent.
class RuleEditor : public QDialog {
    Q_OBJECT
public:
    // `problems`: what the router said at the last try, shown at their fields until they change.
    RuleEditor(const QString &title, const RuleInput &input,
               const std::vector<FieldError> &problems, QWidget *parent);

    RuleInput input() const;

private:
    QWidget *makeForm();
    QWidget *makeButtons();
    void fill(const RuleInput &input);
    void check();
    bool timesAreGood();
    void touch();
    std::optional<Instant> timeOf(const QLineEdit *edit, bool &good) const;

    RuleInput m_first;
    std::vector<FieldError> m_problems;
    QLineEdit *m_name;
    QLineEdit *m_target;
    QComboBox *m_platform;
    QSpinBox *m_priority;
    QLineEdit *m_from;
    QLineEdit *m_until;
    QLineEdit *m_reason;
    QCheckBox *m_active;
    RecurrenceFields *m_recurrence;
    FormField *m_nameField = nullptr;
    FormField *m_targetField = nullptr;
    FormField *m_priorityField = nullptr;
    FormField *m_fromField = nullptr;
    FormField *m_untilField = nullptr;
    FormField *m_reasonField = nullptr;
    Button *m_ok = nullptr;
    bool m_touched = false;
};

} // namespace crossfade
