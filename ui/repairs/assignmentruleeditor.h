// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/assignment.h"

#include <QDialog>
#include <QStringList>

class QComboBox;
class QLineEdit;

namespace crossfade {

class AssigneeField;
class Button;
class FormField;

// One rule: which repairs, and who gets them. What is left open fits all.
class AssignmentRuleEditor : public QDialog {
    Q_OBJECT
public:
    AssignmentRuleEditor(const AssignmentRule &rule, bool anew, const QStringList &dataTypes, QWidget *parent);
    AssignmentRule rule() const;

private:
    void check();

    QComboBox *m_type;
    QComboBox *m_difference;
    QLineEdit *m_field;
    FormField *m_typeField = nullptr;
    FormField *m_fieldField = nullptr;
    AssigneeField *m_to;
    Button *m_ok = nullptr;
};

} // namespace crossfade
