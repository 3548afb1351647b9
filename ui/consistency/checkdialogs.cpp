// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/checkdialogs.h"

#include "models/core/ids.h"
#include "models/items/rulerow.h"
#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MaxIds = 1'000;

QVBoxLayout *prepare(QDialog *dialog, const QString &title, const char *objectName)
{
    dialog->setObjectName(QString::fromLatin1(objectName));
    dialog->setWindowTitle(title);
    dialog->setMinimumWidth(480);
    auto *all = new QVBoxLayout(dialog);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    all->addWidget(new TextLabel(title, FontRole::DialogTitle));
    return all;
}

} // namespace

NewCheckDialog::NewCheckDialog(ConsistencySession *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_name(new QLineEdit)
    , m_mapping(new QComboBox)
    , m_threshold(new QDoubleSpinBox)
{
    QVBoxLayout *all = prepare(this, tr("New check"), "newCheckDialog");
    m_name->setObjectName(QStringLiteral("checkName"));
    m_name->setAccessibleName(tr("Name of the check"));
    m_mapping->setObjectName(QStringLiteral("checkMapping"));
    m_mapping->setAccessibleName(tr("Mapping of the check"));
    for (const MappingRow &mapping : m_session->mappings())
        m_mapping->addItem(QStringLiteral("%1 · %2 → %3")
                               .arg(toText(mapping.dataType), toText(mapping.legacyTable),
                                    toText(mapping.newTable)),
                           toText(mapping.id));
    m_threshold->setObjectName(QStringLiteral("checkThreshold"));
    m_threshold->setAccessibleName(tr("Threshold in percent"));
    m_threshold->setRange(0, 100);
    m_threshold->setDecimals(2);
    m_threshold->setValue(99.5);
    m_threshold->setSuffix(QStringLiteral(" %"));
    m_nameField = new FormField(tr("Name"), m_name);
    m_mappingField = new FormField(tr("Mapping"), m_mapping, tr("which tables, key and fields"));
    m_thresholdField = new FormField(tr("Threshold"), m_threshold,
                                     tr("a full run below it raises an alert"));
    all->addWidget(m_nameField);
    all->addWidget(m_mappingField);
    all->addWidget(m_thresholdField);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_note = new ElidingLabel({}, FontRole::Secondary, Ink::Red);
    row->addWidget(m_note, 1);
    auto *cancel = new Button(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("checkCancel"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_ok = new Button(ButtonKind::Accent, tr("Create check"));
    m_ok->setObjectName(QStringLiteral("checkCreate"));
    m_ok->setDefault(true);
    connect(m_ok, &QPushButton::clicked, this, [this] {
        m_waiting = true;
        check();
        m_session->create(m_name->text().trimmed(), m_mapping->currentData().toString(),
                          m_threshold->value());
    });
    row->addWidget(cancel);
    row->addWidget(m_ok);
    all->addLayout(row);
    connect(m_name, &QLineEdit::textChanged, this, &NewCheckDialog::check);
    connect(m_session, &ConsistencySession::created, this, &QDialog::accept);
    connect(m_session, &ConsistencySession::createFailed, this, &NewCheckDialog::showErrors);
    check();
    m_name->setFocus();
}

void NewCheckDialog::check()
{
    const std::string name = toUtf8(m_name->text().trimmed());
    const bool good = isValidName(name);
    m_nameField->setProblem(name.empty() || good ? QString()
                                                 : tr("1 to 200 bytes, no control characters"));
    QString why = good ? QString() : tr("The check needs a name.");
    if (m_mapping->count() == 0)
        why = tr("There is no mapping yet.");
    if (m_waiting)
        why = tr("Sent to the comparator…");
    m_ok->setBlocked(why);
}

void NewCheckDialog::showErrors(const Error &error)
{
    m_waiting = false;
    check();
    m_note->setText(errorText(error));
    m_nameField->setProblem(toText(problemAt(error.fields, "/check_name")));
    m_mappingField->setProblem(toText(problemAt(error.fields, "/mapping_id")));
    m_thresholdField->setProblem(toText(problemAt(error.fields, "/threshold_percentage")));
}

RunIdsDialog::RunIdsDialog(const QString &checkName, QWidget *parent)
    : QDialog(parent)
    , m_text(new QPlainTextEdit)
{
    QVBoxLayout *all = prepare(this, tr("Check some ids with %1").arg(checkName), "runIdsDialog");
    m_text->setObjectName(QStringLiteral("runIds"));
    m_text->setAccessibleName(tr("Ids to check"));
    m_text->setPlaceholderText(tr("100482, 100517 …"));
    m_text->setFont(fontOf(FontRole::Mono));
    m_text->setMinimumHeight(140);
    m_text->setTabChangesFocus(true);
    all->addWidget(m_text);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_note = new ElidingLabel;
    row->addWidget(m_note, 1);
    auto *cancel = new Button(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("runIdsCancel"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_ok = new Button(ButtonKind::Accent, Symbol::Play, tr("Run"));
    m_ok->setObjectName(QStringLiteral("runIdsOk"));
    connect(m_ok, &QPushButton::clicked, this, &QDialog::accept);
    row->addWidget(cancel);
    row->addWidget(m_ok);
    all->addLayout(row);
    connect(m_text, &QPlainTextEdit::textChanged, this, &RunIdsDialog::check);
    check();
}

std::vector<std::string> RunIdsDialog::ids() const
{
    static const QRegularExpression separators(QStringLiteral("[\\s,;]+"));
    std::vector<std::string> ids;
    const QStringList words = m_text->toPlainText().split(separators, Qt::SkipEmptyParts);
    for (const QString &word : words) {
        std::string id = toUtf8(word);
        if (std::ranges::find(ids, id) == ids.end())
            ids.push_back(std::move(id));
        if (ids.size() > MaxIds)
            break;
    }
    return ids;
}

void RunIdsDialog::check()
{
    const std::vector<std::string> found = ids();
    const auto bad =
        std::ranges::find_if(found, [](const std::string &id) { return !isValidId(id); });
    QString why;
    if (found.empty())
        why = tr("Name at least one id.");
    else if (found.size() > MaxIds)
        why = tr("At most 1 000 ids at once.");
    else if (bad != found.end())
        why = tr("“%1” is no id.").arg(toText(bad->substr(0, 40)));
    m_note->setText(why.isEmpty() ? (found.size() == 1 ? tr("1 id") : tr("%1 ids").arg(found.size()))
                                  : why);
    m_ok->setBlocked(why);
}

} // namespace crossfade
