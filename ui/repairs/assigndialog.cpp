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

AssignDialog::AssignDialog(const QString &preset, QWidget *parent)
    : QDialog(parent)
    , m_edit(new QLineEdit(preset))
{
    setObjectName(QStringLiteral("assignDialog"));
    setWindowTitle(tr("Assign the task"));
    setMinimumWidth(420);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    all->addWidget(new TextLabel(tr("Assign the task"), FontRole::DialogTitle));
    m_edit->setObjectName(QStringLiteral("assignTo"));
    m_edit->setAccessibleName(tr("Person the task goes to"));
    m_edit->selectAll();
    m_field = new FormField(tr("To"), m_edit, tr("the name of the person's token"));
    all->addWidget(m_field);
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
    connect(m_edit, &QLineEdit::textChanged, this, &AssignDialog::check);
    check();
}

QString AssignDialog::assignee() const
{
    return m_edit->text().trimmed();
}

void AssignDialog::check()
{
    const bool good = isValidId(toUtf8(assignee()));
    m_field->setProblem(good || assignee().isEmpty() ? QString()
                                                     : tr("1 to 100 of A–Z a–z 0–9 . _ @ + | -"));
    m_ok->setBlocked(good ? QString() : tr("Name a person."));
}

} // namespace crossfade
