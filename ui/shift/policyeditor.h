// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/shiftsession.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"

#include <QDialog>
#include <QStringList>

#include <map>

class QComboBox;
class QSpinBox;
class QVBoxLayout;

namespace crossfade {

class ChangeWindowFields;
class GuardEditor;
class PercentSpin;
class TextLabel;

// The definition of a policy as a form: every field with its help, mistakes said at the field while
// typing, by the rules of the domain, and again by what the service answers.
class PolicyEditor : public QDialog {
    Q_OBJECT
public:
    PolicyEditor(ShiftSession *session, const PolicyRow *row, QWidget *parent = nullptr); // none: a new one
    ShiftPolicy policy() const; // as the form says now
    void reject() override;     // not while it is being saved

private:
    void buildForm(QVBoxLayout *column);
    void buildGuards(QVBoxLayout *column);
    void buildButtons(QVBoxLayout *column);
    QWidget *addField(const char *pointer, const QString &label, QWidget *editor, const QString &help);
    void layOut(QVBoxLayout *column);
    void orderTabs();
    void addGuard(const Guard &guard);
    void removeGuard(GuardEditor *editor);
    void askForSources();
    void tryExpression(GuardEditor *editor);
    void fill(const ShiftPolicy &policy);
    void check();
    void showProblems(const std::vector<FieldError> &problems);
    std::vector<ShiftStep> steps() const;
    void save();
    void openDrill();
    void finish(const Result<void> &result);

    ShiftSession *m_session;
    ShiftPolicy m_base;
    std::string m_version;
    std::map<std::string, FormField *> m_fields; // by pointer
    QLineEdit *m_name = nullptr;
    QLineEdit *m_system = nullptr;
    PercentSpin *m_max = nullptr;
    PercentSpin *m_increment = nullptr;
    QLineEdit *m_steps = nullptr;
    QSpinBox *m_stabilization = nullptr;
    QSpinBox *m_interval = nullptr;
    QComboBox *m_onBreach = nullptr;
    QSpinBox *m_deadline = nullptr;
    QComboBox *m_default = nullptr;
    QComboBox *m_approval = nullptr;
    PercentSpin *m_approvalAbove = nullptr;
    QComboBox *m_secondPerson = nullptr;
    QComboBox *m_moveAt = nullptr;
    QComboBox *m_withoutId = nullptr;
    QLineEdit *m_checks = nullptr;
    QLineEdit *m_newHealth = nullptr;
    QLineEdit *m_legacyHealth = nullptr;
    ChangeWindowFields *m_windows = nullptr;
    QVBoxLayout *m_guardRows = nullptr;
    Button *m_addGuard = nullptr;
    std::vector<GuardEditor *> m_guards;
    ReasonField *m_reason = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_cancel = nullptr;
    Button *m_save = nullptr;
    Button *m_drill = nullptr; // none for a new policy: nothing was recorded of it
    bool m_working = false;
    bool m_askedForSources = false;
    QStringList m_sources; // of metrics, as the router names them
};

} // namespace crossfade
