// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/proposedialog.h"

#include "models/items/differencemodel.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/factlist.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int ProposeWidth = 600;
constexpr int FactsHeight = 96; // as many lines as there can be: the buttons stay where they are

QComboBox *addChoice(QGridLayout *grid, int row, int column, const QString &label, const char *name)
{
    auto *box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    box->setMinimumContentsLength(18);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    grid->addWidget(new FormField(label, box), row, column);
    return box;
}

} // namespace

ProposeDialog::ProposeDialog(DifferencesSession *session, const std::vector<CheckRow> &checks, const ProposalFilter &filter,
                             QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_proposal(new RepairProposalSession(session->connection(), this))
    , m_preset(filter)
{
    setObjectName(QStringLiteral("proposeDialog"));
    setMinimumWidth(ProposeWidth);
    QVBoxLayout *column = addQuestion(this, tr("Propose repairs"),
                                      tr("A repair task for each entity with differences that the filter finds. Nothing is written "
                                         "before a task is approved."));
    buildFilter(column, checks);
    buildWhat(column);
    buildButtons(column);
    connect(m_proposal, &RepairProposalSession::changed, this, &ProposeDialog::sync);
    connect(m_proposal, &RepairProposalSession::fieldsRead, this, &ProposeDialog::fillFields);
    connect(m_proposal, &RepairProposalSession::proposed, this, &ProposeDialog::onProposed);
    connect(m_proposal, &RepairProposalSession::countChanged, this, [this](const QString &now, const QString &expected) {
        say(tr("By now it is %1, not %2: nothing was proposed. Propose again if that is what you want.").arg(now, expected), true);
    });
    connect(m_proposal, &RepairProposalSession::failed, this, [this](const Error &error) {
        say(QStringLiteral("%1. %2").arg(notDoneText(tr("Nothing was proposed"), error), errorText(error)), true);
    });
    connect(m_session, &DifferencesSession::changed, this, &ProposeDialog::sync);
    m_proposal->askFields();
    look();
    m_reason->edit()->setFocus();
}

void ProposeDialog::buildFilter(QVBoxLayout *column, const std::vector<CheckRow> &checks)
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    m_check = addChoice(grid, 0, 0, tr("Check"), "proposeCheck");
    m_check->addItem(tr("any"), QString());
    for (const CheckRow &check : checks)
        m_check->addItem(toText(check.name), toText(check.id));
    m_field = addChoice(grid, 0, 1, tr("Field"), "proposeField");
    m_type = addChoice(grid, 1, 0, tr("Type"), "proposeType");
    m_type->addItem(tr("any"), QString());
    for (const char *type : {"DIFFERENT", "MISSING", "EXTRA"})
        m_type->addItem(wordText(QString::fromLatin1(type)), QString::fromLatin1(type));
    m_cause = addChoice(grid, 1, 1, tr("Cause"), "proposeCause");
    m_cause->addItem(tr("any"), QString());
    for (const char *cause : {"TRAILING_SPACE", "UNICODE_FORM", "CASE", "NULL_EMPTY", "SCALE", "TIME_ZONE", "VALUE", "ROW"})
        m_cause->addItem(differenceCauseText(cause), QString::fromLatin1(cause));
    fillFields();
    m_check->setCurrentIndex(std::max(0, m_check->findData(toText(m_preset.checkId))));
    m_type->setCurrentIndex(std::max(0, m_type->findData(toText(m_preset.type))));
    m_cause->setCurrentIndex(std::max(0, m_cause->findData(toText(m_preset.cause))));
    column->addLayout(grid);
    for (QComboBox *box : {m_check, m_field, m_type, m_cause})
        connect(box, &QComboBox::currentIndexChanged, this, &ProposeDialog::look);
}

// The chosen one stays chosen, also where nothing of it is left.
void ProposeDialog::fillFields()
{
    const bool first = m_field->count() == 0;
    const QVariant chosen = first ? (m_preset.field ? QVariant(toText(*m_preset.field)) : QVariant()) : m_field->currentData();
    const QSignalBlocker quiet(m_field);
    m_field->clear();
    m_field->addItem(tr("any"), QVariant());
    std::vector<std::string> fields = m_proposal->fields();
    if (chosen.isValid() && std::ranges::find(fields, toUtf8(chosen.toString())) == fields.end())
        fields.push_back(toUtf8(chosen.toString()));
    for (const std::string &field : fields)
        m_field->addItem(field.empty() ? tr("(whole row)") : toText(field), toText(field));
    for (int at = 1; at < m_field->count(); ++at)
        if (chosen.isValid() && m_field->itemData(at).toString() == chosen.toString())
            m_field->setCurrentIndex(at);
}

void ProposeDialog::buildWhat(QVBoxLayout *column)
{
    auto *found = new QWidget;
    auto *inner = new QVBoxLayout(found);
    inner->setContentsMargins(0, 0, 0, 0);
    m_facts = new FactList;
    m_facts->setObjectName(QStringLiteral("proposeFacts"));
    m_facts->setAccessibleName(tr("What the filter finds"));
    m_tooMany = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_tooMany->setObjectName(QStringLiteral("proposeTooMany"));
    m_tooMany->setWordWrap(true);
    inner->addWidget(m_facts);
    inner->addWidget(m_tooMany);
    inner->addStretch(1);
    m_state = new StateView(found);
    m_state->setObjectName(QStringLiteral("proposeState"));
    m_state->setFixedHeight(FactsHeight);
    connect(m_state, &StateView::retry, this, &ProposeDialog::look);
    column->addWidget(m_state);
}

void ProposeDialog::buildButtons(QVBoxLayout *column)
{
    m_reason = new ReasonField;
    column->addWidget(m_reason);
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_note->setObjectName(QStringLiteral("proposeNote"));
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_keys = new TextLabel(tr("Ctrl+Enter confirms."), FontRole::Secondary, Ink::Secondary);
    row->addWidget(m_keys);
    row->addStretch(1);
    m_cancel = new Button(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("proposeCancel"));
    m_confirm = new Button(ButtonKind::Accent, Symbol::Repairs, tr("Propose"));
    m_confirm->setObjectName(QStringLiteral("proposeConfirm"));
    m_show = new Button(ButtonKind::Accent, Symbol::Repairs, tr("Show in Repairs"));
    m_show->setObjectName(QStringLiteral("proposeShow"));
    m_show->hide();
    for (Button *button : {m_cancel, m_confirm, m_show}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    column->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &ProposeDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &ProposeDialog::confirm);
    connect(m_show, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT repairsWanted(m_first);
    });
    connect(m_reason, &ReasonField::changed, this, &ProposeDialog::sync);
}

ProposalFilter ProposeDialog::filter() const
{
    ProposalFilter filter;
    filter.checkId = toUtf8(m_check->currentData().toString());
    if (m_field->currentIndex() > 0)
        filter.field = toUtf8(m_field->currentData().toString());
    filter.type = toUtf8(m_type->currentData().toString());
    filter.cause = toUtf8(m_cause->currentData().toString());
    return filter;
}

void ProposeDialog::look()
{
    if (m_proposal->isProposing() || m_done)
        return;
    say({}, false);
    m_proposal->look(filter());
}

QString ProposeDialog::obstacle() const
{
    if (const QString who = m_session->repairObstacle(); !who.isEmpty())
        return who;
    if (m_proposal->isProposing())
        return tr("It is on its way.");
    if (m_proposal->phase() != LoadPhase::Ready)
        return tr("How many there are is not known yet.");
    if (m_proposal->isTooMany())
        return tr("At most %1 with one proposal: narrow the filter.").arg(countText(RepairProposalSession::Most));
    if (m_proposal->count() == 0)
        return tr("The filter finds nothing that can be repaired.");
    return m_reason->isValid() ? QString() : tr("Say why first.");
}

void ProposeDialog::showCount()
{
    std::vector<Fact> facts{{Glyph::NotEqual, countText(m_proposal->count()),
                             tr("differences: open, confirmed, and hidden by no rule"), false, false, false},
                            {Glyph::Plus, countText(m_proposal->entities()),
                             tr("entities: a task for each, of a set for each of its members"), false, false, false}};
    if (m_proposal->underRepair() > 0)
        facts.push_back({Glyph::Clock, countText(m_proposal->underRepair()),
                         tr("more have a task that goes on, and are left out"), false, false, false});
    m_facts->setFacts(std::move(facts));
    m_facts->setVisible(!m_proposal->isTooMany());
    m_tooMany->setVisible(m_proposal->isTooMany());
    m_tooMany->setText(tr("More than %1 are found. One proposal takes at most so many: narrow the filter.")
                           .arg(countText(RepairProposalSession::Most)));
    m_state->showContent();
}

void ProposeDialog::sync()
{
    if (m_done)
        return;
    switch (m_proposal->phase()) {
    case LoadPhase::Ready: showCount(); break;
    case LoadPhase::Failed:
        m_state->showError(tr("The differences could not be counted"), errorText(m_proposal->error()), tr("Nothing was proposed."));
        break;
    case LoadPhase::Idle:
    case LoadPhase::Loading: m_state->showLoading(); break;
    }
    const bool proposing = m_proposal->isProposing();
    for (QWidget *widget : {static_cast<QWidget *>(m_check), static_cast<QWidget *>(m_field), static_cast<QWidget *>(m_type),
                            static_cast<QWidget *>(m_cause), static_cast<QWidget *>(m_reason)})
        widget->setEnabled(!proposing);
    m_cancel->setBlocked(proposing ? tr("It is on its way.") : QString());
    const bool known = m_proposal->phase() == LoadPhase::Ready && !m_proposal->isTooMany();
    m_confirm->setText(known ? tr("Propose for %n difference(s)", nullptr, static_cast<int>(m_proposal->count())) : tr("Propose"));
    m_confirm->setBlocked(obstacle());
    if (proposing)
        say(tr("Sent, waiting for the answer …"), false);
}

void ProposeDialog::confirm()
{
    if (m_done || !m_confirm->isEnabled())
        return;
    m_proposal->propose(m_reason->text());
}

void ProposeDialog::onProposed(const QString &first, int tasks)
{
    m_done = true;
    m_first = first;
    for (QWidget *widget : {static_cast<QWidget *>(m_check), static_cast<QWidget *>(m_field), static_cast<QWidget *>(m_type),
                            static_cast<QWidget *>(m_cause), static_cast<QWidget *>(m_reason)})
        widget->setEnabled(false);
    m_cancel->setText(tr("Close"));
    m_cancel->setBlocked({});
    m_confirm->hide();
    m_keys->hide();
    m_show->show();
    m_show->setFocus();
    say(tr("%n repair task(s) made. They wait to be approved.", nullptr, tasks), false);
    m_session->reload();
}

void ProposeDialog::say(const QString &text, bool red)
{
    m_note->setInk(red ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

void ProposeDialog::reject()
{
    if (!m_proposal->isProposing())
        QDialog::reject();
}

void ProposeDialog::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && (event->modifiers() & Qt::ControlModifier))
        confirm();
    else if (!enter) // alone it proposes nothing
        QDialog::keyPressEvent(event);
}

} // namespace crossfade
