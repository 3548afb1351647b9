// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/consistencysession.h"

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QPlainTextEdit;

namespace crossfade {

class Button;
class ElidingLabel;
class FormField;

// A new check: over which mapping, its name, its threshold. Stays open until the comparator took it.
class NewCheckDialog : public QDialog {
    Q_OBJECT
public:
    NewCheckDialog(ConsistencySession *session, QWidget *parent);

private:
    void check();
    void showErrors(const Error &error);

    ConsistencySession *m_session;
    QLineEdit *m_name;
    QComboBox *m_mapping;
    QDoubleSpinBox *m_threshold;
    FormField *m_nameField = nullptr;
    FormField *m_mappingField = nullptr;
    FormField *m_thresholdField = nullptr;
    ElidingLabel *m_note = nullptr;
    Button *m_ok = nullptr;
    bool m_waiting = false;
};

// Ids to compare, one a line or separated by commas.
class RunIdsDialog : public QDialog {
    Q_OBJECT
public:
    RunIdsDialog(const QString &checkName, QWidget *parent);
    std::vector<std::string> ids() const;

private:
    void check();

    QPlainTextEdit *m_text;
    ElidingLabel *m_note = nullptr;
    Button *m_ok = nullptr;
};

} // namespace crossfade
