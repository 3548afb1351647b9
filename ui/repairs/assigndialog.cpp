// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/assigndialog.h"

#include "models/core/ids.h"
#include "models/items/text.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace crossfade {

namespace {

enum AssigneeKind { Person, Operators, Approvers };

} // namespace

AssigneeField::AssigneeField(QWidget *parent)
    : QWidget(parent)
    , m_kind(new Segmented)
    , m_edit(new QLineEdit)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_kind->setObjectName(QStringLiteral("assignKind"));
    m_kind->setAccessibleName(tr("To a person or a role"));
    m_kind->addSegment(tr("A person"), QStringLiteral("assignPerson"));
    m_kind->addSegment(tr("All operators"), QStringLiteral("assignOperators"));
    m_kind->addSegment(tr("All approvers"), QStringLiteral("assignApprovers"));
    m_kind->setCurrentIndex(Person);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_kind);
    row->addStretch(1);
    column->addLayout(row);
    m_edit->setObjectName(QStringLiteral("assignTo"));
    m_edit->setAccessibleName(tr("Person the task goes to"));
    m_field = new FormField(tr("To"), m_edit, tr("the name of the person's token"));
    column->addWidget(m_field);
    connect(m_edit, &QLineEdit::textChanged, this, &AssigneeField::check);
    connect(m_kind, &Segmented::currentChanged, this, &AssigneeField::check);
    setFocusProxy(m_edit);
    check();
}

void AssigneeField::setPerson(const QString &person)
{
    m_kind->setCurrentIndex(Person);
    m_edit->setText(person);
    m_edit->selectAll();
}

void AssigneeField::setRole(const QString &role)
{
    m_kind->setCurrentIndex(role == QLatin1String("approver") ? Approvers : Operators);
}

QString AssigneeField::person() const
{
    return m_kind->currentIndex() == Person ? m_edit->text().trimmed() : QString();
}

QString AssigneeField::role() const
{
    switch (m_kind->currentIndex()) {
    case Operators: return QStringLiteral("operator");
    case Approvers: return QStringLiteral("approver");
    default: return {};
    }
}

QString AssigneeField::problem() const
{
    if (!role().isEmpty())
        return {};
    return isValidId(toUtf8(person())) ? QString() : tr("Name a person.");
}

void AssigneeField::setProblem(const QString &sentence)
{
    m_field->setProblem(sentence);
}

void AssigneeField::check()
{
    const bool person = m_kind->currentIndex() == Person;
    m_field->setVisible(person);
    const bool good = person && isValidId(toUtf8(this->person()));
    m_field->setProblem(good || !person || this->person().isEmpty() ? QString()
                                                                    : tr("1 to 100 of A–Z a–z 0–9 . _ @ + | -"));
    Q_EMIT changed();
}

AssignDialog::AssignDialog(const QString &preset, int tasks, QWidget *parent)
    : QDialog(parent)
    , m_to(new AssigneeField)
{
    setObjectName(QStringLiteral("assignDialog"));
    const QString title = tasks > 1 ? tr("Assign %1 tasks").arg(tasks) : tr("Assign the task");
    setWindowTitle(title);
    setMinimumWidth(420);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    all->addWidget(new TextLabel(title, FontRole::DialogTitle));
    all->addWidget(m_to);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch(1);
    auto *cancel = new Button(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("assignCancel"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_ok = new Button(ButtonKind::Accent, tr("Assign"));
    m_ok->setObjectName(QStringLiteral("assignOk"));
    m_ok->setDefault(true);
    connect(m_ok, &QPushButton::clicked, this, &QDialog::accept);
    row->addWidget(cancel);
    row->addWidget(m_ok);
    all->addLayout(row);
    connect(m_to, &AssigneeField::changed, this, &AssignDialog::check);
    m_to->setPerson(preset);
    check();
    m_to->setFocus();
}

QString AssignDialog::person() const
{
    return m_to->person();
}

QString AssignDialog::role() const
{
    return m_to->role();
}

void AssignDialog::check()
{
    m_ok->setBlocked(m_to->problem());
}

} // namespace crossfade
