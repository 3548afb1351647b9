// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/assignmentruleeditor.h"

#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "ui/repairs/assigndialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr qsizetype MostWordBytes = 128; // as of data types and fields in a mapping

} // namespace

AssignmentRuleEditor::AssignmentRuleEditor(const AssignmentRule &rule, bool anew, const QStringList &dataTypes,
                                           QWidget *parent)
    : QDialog(parent)
    , m_type(new QComboBox)
    , m_difference(new QComboBox)
    , m_field(new QLineEdit(toText(rule.field)))
    , m_to(new AssigneeField)
{
    setObjectName(QStringLiteral("assignmentRuleEditor"));
    const QString title = anew ? tr("New assignment rule") : tr("Assignment rule");
    setWindowTitle(title);
    setMinimumWidth(440);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    all->addWidget(new TextLabel(title, FontRole::DialogTitle));
    m_type->setObjectName(QStringLiteral("ruleDataType"));
    m_type->setEditable(true);
    m_type->setInsertPolicy(QComboBox::NoInsert);
    m_type->addItems(dataTypes);
    m_type->setCurrentText(toText(rule.dataType));
    m_type->lineEdit()->setPlaceholderText(tr("any"));
    m_type->lineEdit()->setAccessibleName(tr("Data type"));
    m_typeField = new FormField(tr("Data type"), m_type, tr("empty: any"));
    m_difference->setObjectName(QStringLiteral("ruleDifference"));
    m_difference->addItem(tr("any"), QString());
    for (const char *word : {"MISSING", "EXTRA", "DIFFERENT"})
        m_difference->addItem(wordText(QString::fromLatin1(word)), QString::fromLatin1(word));
    if (rule.type)
        m_difference->setCurrentIndex(m_difference->findData(toText(differenceTypeWord(*rule.type))));
    m_field->setObjectName(QStringLiteral("ruleField"));
    m_field->setPlaceholderText(tr("any"));
    m_fieldField = new FormField(tr("Field"), m_field, tr("empty: any; else repairs that write this field"));
    all->addWidget(m_typeField);
    all->addWidget(new FormField(tr("Difference"), m_difference));
    all->addWidget(m_fieldField);
    all->addWidget(m_to);
    if (!rule.to.role.empty())
        m_to->setRole(toText(rule.to.role));
    else
        m_to->setPerson(toText(rule.to.person));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch(1);
    auto *cancel = new Button(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("assignmentRuleCancel"));
    m_ok = new Button(ButtonKind::Accent, anew ? tr("Add to the list") : tr("Take over"));
    m_ok->setObjectName(QStringLiteral("assignmentRuleOk"));
    m_ok->setDefault(true);
    row->addWidget(cancel);
    row->addWidget(m_ok);
    all->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_ok, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_type, &QComboBox::currentTextChanged, this, &AssignmentRuleEditor::check);
    connect(m_difference, &QComboBox::currentIndexChanged, this, &AssignmentRuleEditor::check);
    connect(m_field, &QLineEdit::textChanged, this, &AssignmentRuleEditor::check);
    connect(m_to, &AssigneeField::changed, this, &AssignmentRuleEditor::check);
    check();
    m_type->setFocus();
}

AssignmentRule AssignmentRuleEditor::rule() const
{
    AssignmentRule rule;
    rule.dataType = toUtf8(m_type->currentText().trimmed());
    rule.field = toUtf8(m_field->text().trimmed());
    rule.type = differenceTypeFromWord(toUtf8(m_difference->currentData().toString()));
    rule.to = {toUtf8(m_to->person()), toUtf8(m_to->role())};
    return rule;
}

void AssignmentRuleEditor::check()
{
    const auto tooLong = [](const QString &text) { return text.trimmed().toUtf8().size() > MostWordBytes; };
    const QString longText = tr("at most 128 bytes");
    m_typeField->setProblem(tooLong(m_type->currentText()) ? longText : QString());
    const AssignmentRule now = rule();
    QString problem = tooLong(m_field->text()) ? longText : QString();
    if (problem.isEmpty() && !now.field.empty() && now.type && *now.type != DifferenceType::Different)
        problem = tr("Only rows that are DIFFERENT are so in a field: the rule would never apply.");
    m_fieldField->setProblem(problem);
    QString why = m_to->problem();
    if (!m_typeField->problem().isEmpty())
        why = m_typeField->problem();
    if (!problem.isEmpty())
        why = problem;
    m_ok->setBlocked(why);
}

} // namespace crossfade
