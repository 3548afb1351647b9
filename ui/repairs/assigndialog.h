// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;

namespace crossfade {

class Button;
class FormField;

// Who shall decide a repair task.
class AssignDialog : public QDialog {
    Q_OBJECT
public:
    AssignDialog(const QString &preset, QWidget *parent);
    QString assignee() const;

private:
    void check();

    QLineEdit *m_edit;
    FormField *m_field = nullptr;
    Button *m_ok = nullptr;
};

} // namespace crossfade
