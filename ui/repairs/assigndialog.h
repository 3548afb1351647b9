// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QWidget>

class QLineEdit;

namespace crossfade {

class Button;
class FormField;
class Segmented;

// A person, by the name of his token, or a role: everybody who has it.
class AssigneeField : public QWidget {
    Q_OBJECT
public:
    explicit AssigneeField(QWidget *parent = nullptr);

    void setPerson(const QString &person);
    void setRole(const QString &role); // "operator", "approver"
    QString person() const;            // empty while a role is chosen
    QString role() const;              // empty while a person is
    QString problem() const;           // why neither will do
    void setProblem(const QString &sentence); // what the comparator says of it
    QLineEdit *edit() const { return m_edit; }

Q_SIGNALS:
    void changed();

private:
    void check();

    Segmented *m_kind;
    QLineEdit *m_edit;
    FormField *m_field;
};

// Who shall decide a repair task, or several.
class AssignDialog : public QDialog {
    Q_OBJECT
public:
    AssignDialog(const QString &preset, int tasks, QWidget *parent);
    QString person() const;
    QString role() const;

private:
    void check();

    AssigneeField *m_to;
    Button *m_ok = nullptr;
};

} // namespace crossfade
