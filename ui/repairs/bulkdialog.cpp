// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/bulkdialog.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/repairs/lateredit.h"
#include "ui/repairs/repairtallyfacts.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

#include <set>

namespace crossfade {

namespace {

constexpr int BulkWidth = 620;
constexpr int FactsHeight = 168; // as many lines as there can be: the buttons stay where they are

} // namespace

BulkDialog::BulkDialog(RepairsSession *session, const QString &text, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_bulk(new RepairBulkSession(session->connection(), this))
{
    setObjectName(QStringLiteral("bulkDialog"));
    setMinimumWidth(BulkWidth);
    QVBoxLayout *column = addQuestion(this, tr("Decide by filter"),
                                      tr("One decision on all open tasks that the filter finds: on all of them or, "
                                         "if their number changes meanwhile, on none."));
    buildFilter(column, text);
    buildWhat(column);
    buildButtons(column);
    connect(m_bulk, &RepairBulkSession::changed, this, &BulkDialog::sync);
    connect(m_bulk, &RepairBulkSession::countChanged, this, [this](const QString &sentence) {
        m_typed->clear();
        say(sentence, true);
    });
    connect(m_bulk, &RepairBulkSession::failed, this, [this](const Error &error) {
        say(QStringLiteral("%1. %2").arg(notDoneText(tr("Nothing was decided"), error), errorText(error)), true);
    });
    connect(m_bulk, &RepairBulkSession::decided, this, &QDialog::accept);
    connect(m_session, &RepairsSession::changed, this, &BulkDialog::sync);
    look();
    m_verdict->segment(0)->setFocus();
}

QComboBox *BulkDialog::addChoice(QGridLayout *grid, int row, int column, const QString &label, const char *name)
{
    auto *box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    box->setMinimumWidth(120);
    auto *field = new FormField(label, box);
    grid->addWidget(field, row, column);
    return box;
}

void BulkDialog::buildFilter(QVBoxLayout *column, const QString &text)
{
    m_verdict = new Segmented;
    m_verdict->setObjectName(QStringLiteral("bulkVerdict"));
    m_verdict->setAccessibleName(tr("Approve or reject"));
    m_verdict->addSegment(tr("Approve"), QStringLiteral("bulkApprove"));
    m_verdict->addSegment(tr("Reject"), QStringLiteral("bulkReject"));
    m_verdict->setCurrentIndex(0);
    auto *row = new QHBoxLayout;
    row->addWidget(m_verdict);
    row->addStretch(1);
    column->addLayout(row);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    m_type = addChoice(grid, 0, 0, tr("Data type"), "bulkType");
    m_type->addItem(tr("any"), QString());
    std::set<std::string> types;
    for (const RepairRow &repair : m_session->model()->rows())
        types.insert(repair.entityType);
    for (const std::string &type : types)
        m_type->addItem(toText(type), toText(type));
    m_action = addChoice(grid, 0, 1, tr("Change"), "bulkAction");
    m_action->addItem(tr("any"), QString());
    m_action->addItem(tr("update fields"), QStringLiteral("UPDATE"));
    m_action->addItem(tr("insert a row"), QStringLiteral("INSERT"));
    m_action->addItem(tr("delete a row"), QStringLiteral("DELETE"));
    m_target = addChoice(grid, 0, 2, tr("Written to"), "bulkTarget");
    m_target->addItem(tr("either side"), QString());
    m_target->addItem(QStringLiteral("NEW"), QStringLiteral("NEW"));
    m_target->addItem(QStringLiteral("LEGACY"), QStringLiteral("LEGACY"));
    m_assigned = addChoice(grid, 1, 0, tr("Assigned to"), "bulkAssigned");
    m_assigned->addItem(tr("anybody or nobody"), QString());
    m_assigned->addItem(tr("me"), QStringLiteral("person"));
    m_assigned->addItem(tr("all operators"), QStringLiteral("operator"));
    m_assigned->addItem(tr("all approvers"), QStringLiteral("approver"));
    m_text = new QLineEdit(text);
    m_text->setObjectName(QStringLiteral("bulkText"));
    m_text->setMaxLength(200);
    grid->addWidget(new FormField(tr("Text in the entity or the sentence"), m_text), 1, 1, 1, 2);
    column->addLayout(grid);
    connect(m_verdict, &Segmented::currentChanged, this, &BulkDialog::look);
    for (QComboBox *box : {m_type, m_action, m_target, m_assigned})
        connect(box, &QComboBox::currentIndexChanged, this, &BulkDialog::look);
    connect(m_text, &QLineEdit::textChanged, this, &BulkDialog::look);
}

void BulkDialog::buildWhat(QVBoxLayout *column)
{
    auto *found = new QWidget;
    auto *inner = new QVBoxLayout(found);
    inner->setContentsMargins(0, 0, 0, 0);
    m_facts = new FactList;
    m_facts->setObjectName(QStringLiteral("bulkFacts"));
    m_facts->setAccessibleName(tr("What the decision would do"));
    m_tooMany = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_tooMany->setObjectName(QStringLiteral("bulkTooMany"));
    m_tooMany->setWordWrap(true);
    inner->addWidget(m_facts);
    inner->addWidget(m_tooMany);
    inner->addStretch(1);
    m_state = new StateView(found);
    m_state->setObjectName(QStringLiteral("bulkState"));
    m_state->setFixedHeight(FactsHeight);
    connect(m_state, &StateView::retry, this, &BulkDialog::look);
    column->addWidget(m_state);
    m_whenBox = new QWidget;
    auto *row = new QHBoxLayout(m_whenBox);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_when = new Segmented;
    m_when->setObjectName(QStringLiteral("bulkWhen"));
    m_when->setAccessibleName(tr("When it is carried out"));
    m_when->addSegment(tr("At once"), QStringLiteral("bulkNow"));
    m_when->addSegment(tr("At"), QStringLiteral("bulkLater"));
    m_when->setCurrentIndex(0);
    m_later = new LaterEdit;
    row->addWidget(m_when);
    row->addWidget(m_later);
    row->addStretch(1);
    column->addWidget(m_whenBox);
    connect(m_when, &Segmented::currentChanged, this, &BulkDialog::sync);
    connect(m_later, &QDateTimeEdit::dateTimeChanged, this, &BulkDialog::sync);
}

void BulkDialog::buildButtons(QVBoxLayout *column)
{
    m_typed = new QLineEdit;
    m_typed->setObjectName(QStringLiteral("bulkCount"));
    m_typed->setMaxLength(6);
    m_typedField = new FormField(tr("Number of tasks, typed back"), m_typed);
    column->addWidget(m_typedField);
    m_reason = new ReasonField;
    column->addWidget(m_reason);
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_note->setObjectName(QStringLiteral("bulkNote"));
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(new TextLabel(tr("Ctrl+Enter confirms."), FontRole::Secondary, Ink::Secondary));
    row->addStretch(1);
    m_cancel = new Button(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("bulkCancel"));
    m_confirm = new Button(ButtonKind::Accent, Symbol::Check, tr("Approve"));
    m_confirm->setObjectName(QStringLiteral("bulkConfirm"));
    for (Button *button : {m_cancel, m_confirm})
        button->setAutoDefault(false); // Enter in the number's field decides nothing
    row->addWidget(m_cancel);
    row->addWidget(m_confirm);
    column->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &BulkDialog::confirm);
    connect(m_typed, &QLineEdit::textChanged, this, [this] {
        say({}, false);
        sync();
    });
    connect(m_reason, &ReasonField::changed, this, &BulkDialog::sync);
}

RepairVerdict BulkDialog::verdict() const
{
    return m_verdict->currentIndex() == 0 ? RepairVerdict::Approve : RepairVerdict::Reject;
}

RepairCriteria BulkDialog::criteria() const
{
    RepairCriteria wanted;
    wanted.entityType = toUtf8(m_type->currentData().toString());
    wanted.action = toUtf8(m_action->currentData().toString());
    wanted.targetPlatform = toUtf8(m_target->currentData().toString());
    wanted.text = toUtf8(m_text->text().trimmed());
    const QString who = m_assigned->currentData().toString();
    if (who == QLatin1String("person"))
        wanted.assignedTo = toUtf8(m_session->subject());
    else
        wanted.assignedRole = toUtf8(who);
    return wanted;
}

void BulkDialog::look()
{
    if (m_bulk->isDeciding())
        return;
    say({}, false);
    m_bulk->look(criteria(), verdict(), m_session->owner());
}

QString BulkDialog::obstacle() const
{
    const QString who = m_session->decisionObstacle();
    if (!who.isEmpty())
        return who;
    if (m_bulk->isDeciding())
        return tr("It is on its way.");
    if (m_bulk->phase() != LoadPhase::Ready)
        return tr("What it would do is not known yet.");
    if (m_bulk->isTooMany())
        return tr("At most %1 with one decision: narrow the filter.").arg(countText(RepairBulkSession::Most));
    if (m_bulk->tally().count == 0)
        return tr("The filter finds nothing that can be decided on.");
    if (m_later->isVisible() && m_when->currentIndex() == 1 && !m_later->problem().isEmpty())
        return m_later->problem();
    if (m_typed->text().trimmed() != QString::number(m_bulk->tally().count))
        return tr("Type %1 to confirm as many.").arg(m_bulk->tally().count);
    return m_reason->isValid() ? QString() : tr("Say why first.");
}

void BulkDialog::sync()
{
    const bool approve = verdict() == RepairVerdict::Approve;
    const bool deciding = m_bulk->isDeciding();
    switch (m_bulk->phase()) {
    case LoadPhase::Ready:
        m_facts->setFacts(tallyFacts(m_bulk->tally(), verdict()));
        m_facts->setVisible(!m_bulk->isTooMany());
        m_tooMany->setVisible(m_bulk->isTooMany());
        m_tooMany->setText(tr("More than %1 are found. One decision takes at most so many: narrow the filter.")
                               .arg(countText(RepairBulkSession::Most)));
        m_state->showContent();
        break;
    case LoadPhase::Failed:
        m_state->showError(tr("The tasks could not be counted"), errorText(m_bulk->error()), tr("Nothing was decided."));
        break;
    case LoadPhase::Idle:
    case LoadPhase::Loading: m_state->showLoading(); break;
    }
    m_whenBox->setVisible(approve);
    m_later->setVisible(approve && m_when->currentIndex() == 1);
    m_later->setToolTip(utcText(m_later->instant()));
    const bool known = m_bulk->phase() == LoadPhase::Ready && !m_bulk->isTooMany();
    const std::int64_t count = known ? m_bulk->tally().count : 0;
    m_typedField->setHelp(count > 0 ? tr("Type %1 to confirm as many.").arg(count) : QString());
    for (QWidget *widget : {static_cast<QWidget *>(m_verdict), static_cast<QWidget *>(m_type),
                            static_cast<QWidget *>(m_action), static_cast<QWidget *>(m_target),
                            static_cast<QWidget *>(m_assigned), static_cast<QWidget *>(m_text), m_whenBox,
                            static_cast<QWidget *>(m_typed), static_cast<QWidget *>(m_reason)})
        widget->setEnabled(!deciding);
    m_cancel->setBlocked(deciding ? tr("It is on its way.") : QString());
    const bool later = approve && m_when->currentIndex() == 1;
    m_confirm->setText(!approve      ? tr("Reject %1").arg(count)
                       : later       ? tr("Approve %1 for then").arg(count)
                                     : tr("Approve %1 and run").arg(count));
    m_confirm->setSymbol(approve ? Symbol::Check : Symbol::Cross);
    m_confirm->setBlocked(obstacle());
    if (deciding)
        say(tr("Sent, waiting for the answer …"), false);
}

void BulkDialog::confirm()
{
    if (!m_confirm->isEnabled())
        return;
    const bool later = verdict() == RepairVerdict::Approve && m_when->currentIndex() == 1;
    m_bulk->decide(m_bulk->tally().count, m_reason->text(),
                   later ? std::optional(m_later->instant()) : std::nullopt);
}

void BulkDialog::say(const QString &text, bool red)
{
    m_note->setInk(red ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

void BulkDialog::reject()
{
    if (!m_bulk->isDeciding())
        QDialog::reject();
}

void BulkDialog::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && (event->modifiers() & Qt::ControlModifier))
        confirm();
    else if (!enter) // alone it decides nothing
        QDialog::keyPressEvent(event);
}

} // namespace crossfade
