// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/assignmentrulesdialog.h"

#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/repairs/assignmentruleeditor.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/questiondialog.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLineEdit>
#include <QRegularExpression>
#include <QShortcut>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr QSize AssignmentSize{860, 600};
constexpr int TrialWidth = 284;

Button *listButton(const QString &text, const char *name)
{
    auto *button = new Button(text);
    button->setObjectName(QString::fromLatin1(name));
    button->setAutoDefault(false);
    return button;
}

} // namespace

AssignmentRulesDialog::AssignmentRulesDialog(Connection *connection, const QStringList &dataTypes, QWidget *parent)
    : QDialog(parent)
    , m_session(new AssignmentRulesSession(connection, this))
    , m_dataTypes(dataTypes)
{
    setObjectName(QStringLiteral("assignmentRulesDialog"));
    setWindowTitle(tr("Assignment rules"));
    resize(AssignmentSize);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    buildHead(column);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(buildList(), 1);
    row->addWidget(buildTrial());
    column->addLayout(row, 1);
    buildFoot(column);
    connect(m_session, &AssignmentRulesSession::storedChanged, this, &AssignmentRulesDialog::onStored);
    connect(m_session, &AssignmentRulesSession::changed, this, &AssignmentRulesDialog::sync);
    connect(&m_model, &AssignmentRuleModel::edited, this, [this] {
        tryOut();
        sync();
    });
    auto *undo = new QShortcut(QKeySequence(QKeySequence::Undo), this);
    connect(undo, &QShortcut::activated, &m_model, &AssignmentRuleModel::undo);
    sync();
    m_session->refresh();
    m_table->setFocus();
}

void AssignmentRulesDialog::buildHead(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(new TextLabel(tr("Assignment rules"), FontRole::DialogTitle));
    m_stale = new StaleChip;
    row->addWidget(m_stale);
    row->addWidget(new ElidingLabel(tr("who gets a new repair to see to: the first rule that fits wins"), FontRole::Body,
                                    Ink::Secondary), 1);
    column->addLayout(row);
}

Pane *AssignmentRulesDialog::buildList()
{
    m_list = new Pane(tr("Rules"));
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("assignmentRulesTable"));
    m_table->setAccessibleName(tr("Assignment rules, in order"));
    m_table->setModel(&m_model);
    m_table->installEventFilter(this);
    m_table->setColumns({{AssignmentRuleModel::Order, CellKind::SecondaryNumber, 56},
                         {AssignmentRuleModel::DataType, CellKind::Text, 110},
                         {AssignmentRuleModel::Difference, CellKind::Text, 110},
                         {AssignmentRuleModel::Field, CellKind::Text, 0},
                         {AssignmentRuleModel::To, CellKind::Text, 0}});
    m_state = new StateView(m_table);
    m_state->setObjectName(QStringLiteral("assignmentRulesState"));
    m_list->setContent(m_state);
    QHBoxLayout *foot = m_list->addFootBar();
    m_add = listButton(tr("Add…"), "addAssignmentRule");
    m_edit = listButton(tr("Edit…"), "editAssignmentRule");
    m_remove = listButton(tr("Delete"), "removeAssignmentRule");
    m_up = listButton(tr("Up"), "assignmentRuleUp");
    m_down = listButton(tr("Down"), "assignmentRuleDown");
    m_undo = listButton(tr("Undo"), "undoAssignmentRule");
    for (Button *button : {m_add, m_edit, m_remove, m_up, m_down})
        foot->addWidget(button);
    foot->addStretch(1);
    foot->addWidget(m_undo);
    connect(m_add, &QPushButton::clicked, this, [this] { openEditor(true); });
    connect(m_edit, &QPushButton::clicked, this, [this] { openEditor(false); });
    connect(m_remove, &QPushButton::clicked, this, &AssignmentRulesDialog::remove);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    connect(m_undo, &QPushButton::clicked, &m_model, &AssignmentRuleModel::undo);
    connect(m_state, &StateView::retry, m_session, &AssignmentRulesSession::refresh);
    connect(m_state, &StateView::emptyAction, this, [this] { openEditor(true); });
    connect(m_table, &TableView::rowActivated, this, [this] { openEditor(false); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &AssignmentRulesDialog::syncButtons);
    return m_list;
}

Pane *AssignmentRulesDialog::buildTrial()
{
    auto *pane = new Pane(tr("Try a repair"));
    pane->setFixedWidth(TrialWidth);
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(12, 12, 12, 12);
    inner->setSpacing(8);
    m_tryType = new QComboBox;
    m_tryType->setObjectName(QStringLiteral("tryDataType"));
    m_tryType->setEditable(true);
    m_tryType->setInsertPolicy(QComboBox::NoInsert);
    m_tryType->addItems(m_dataTypes);
    m_tryType->lineEdit()->setAccessibleName(tr("Data type"));
    m_tryDifference = new QComboBox;
    m_tryDifference->setObjectName(QStringLiteral("tryDifference"));
    for (const char *word : {"DIFFERENT", "MISSING", "EXTRA"})
        m_tryDifference->addItem(wordText(QString::fromLatin1(word)), QString::fromLatin1(word));
    m_tryFields = new QLineEdit;
    m_tryFields->setObjectName(QStringLiteral("tryFields"));
    m_tryFields->setPlaceholderText(QStringLiteral("email, phone"));
    inner->addWidget(new FormField(tr("Data type"), m_tryType));
    inner->addWidget(new FormField(tr("Difference"), m_tryDifference));
    inner->addWidget(new FormField(tr("Fields that differ"), m_tryFields));
    m_found = new TextLabel({}, FontRole::Strong, Ink::Text);
    m_found->setObjectName(QStringLiteral("tryFound"));
    m_found->setWordWrap(true);
    inner->addWidget(m_found);
    auto *help = new TextLabel(tr("Against the list as it is here, also before it is saved. Repairs that exist keep whom they have."),
                               FontRole::Secondary, Ink::Secondary);
    help->setWordWrap(true);
    inner->addWidget(help);
    pane->body()->addLayout(inner);
    pane->body()->addStretch(1);
    connect(m_tryType, &QComboBox::currentTextChanged, this, &AssignmentRulesDialog::tryOut);
    connect(m_tryDifference, &QComboBox::currentIndexChanged, this, &AssignmentRulesDialog::tryOut);
    connect(m_tryFields, &QLineEdit::textChanged, this, &AssignmentRulesDialog::tryOut);
    return pane;
}

void AssignmentRulesDialog::buildFoot(QVBoxLayout *column)
{
    m_reason = new ReasonField(ReasonField::Need::Optional);
    column->addWidget(m_reason);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_note->setObjectName(QStringLiteral("assignmentNote"));
    m_note->setWordWrap(true);
    row->addWidget(m_note, 1);
    m_theirs = listButton(tr("Take what is stored"), "assignmentTheirs");
    m_theirs->hide();
    m_close = listButton(tr("Close"), "assignmentClose");
    m_save = new Button(ButtonKind::Accent, tr("Save the list"));
    m_save->setObjectName(QStringLiteral("assignmentSave"));
    m_save->setAutoDefault(false);
    row->addWidget(m_theirs);
    row->addWidget(m_close);
    row->addWidget(m_save);
    column->addLayout(row);
    connect(m_theirs, &QPushButton::clicked, this, [this] {
        m_version = m_session->stored().version;
        m_model.setStored(m_session->stored().rules);
        m_theirs->hide();
        say({}, false);
    });
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &AssignmentRulesDialog::save);
}

int AssignmentRulesDialog::row() const
{
    return m_table->currentIndex().isValid() ? m_table->currentIndex().row() : -1;
}

// Edits are not thrown away for what somebody else has stored.
void AssignmentRulesDialog::onStored()
{
    const AssignmentRulesSession::Stored &stored = m_session->stored();
    if (!m_model.isEdited() || m_version.empty() || !m_session->isKnown()) {
        m_version = stored.version;
        m_model.setStored(stored.rules);
        if (m_model.rowCount() > 0 && row() < 0)
            m_table->setCurrentIndex(m_model.index(0, AssignmentRuleModel::To));
        return;
    }
    if (m_working)
        return; // the answer tells it
    m_version = stored.version;
    m_model.setBase(stored.rules);
    m_theirs->setVisible(m_model.isEdited());
    say(tr("%1 changed the list meanwhile. Your edits are kept: saving replaces theirs.").arg(toText(stored.changedBy)), true);
}

void AssignmentRulesDialog::sync()
{
    const bool stale = m_session->isKnown() && m_session->isStale();
    m_stale->setAge(m_session->ageMs());
    m_stale->setStale(stale);
    m_table->setStale(stale);
    m_list->setSubtitle(m_model.isEdited() ? tr("edited, not saved") : QString());
    if (m_model.rowCount() > 0) {
        m_state->showContent();
    } else if (m_session->phase() == LoadPhase::Failed) {
        m_state->showError(tr("The rules could not be read"), errorText(m_session->error()),
                           tr("New repairs are assigned by what is stored."));
    } else if (!m_session->isKnown()) {
        m_state->showLoading();
    } else {
        m_state->showEmpty(tr("Nobody is assigned by itself"),
                           tr("A rule gives new repairs of a data type, a kind of difference or a field to a person or a role, who is told."),
                           tr("Add a rule…"), Glyph::Plus);
        m_state->emptyButton()->setBlocked(m_session->obstacle());
    }
    syncButtons();
}

void AssignmentRulesDialog::syncButtons()
{
    QString why = m_session->obstacle();
    if (why.isEmpty() && m_working)
        why = tr("It is on its way.");
    if (why.isEmpty() && !m_session->isKnown())
        why = tr("The rules are not known yet.");
    const bool full = m_model.rules().size() >= MostAssignmentRules;
    m_add->setBlocked(why.isEmpty() && full ? tr("There are %1 rules: more are not kept.").arg(MostAssignmentRules) : why);
    const QString none = why.isEmpty() && row() < 0 ? tr("Choose a rule first.") : why;
    m_edit->setBlocked(none);
    m_remove->setBlocked(none);
    m_up->setBlocked(none.isEmpty() && row() == 0 ? tr("It is the first.") : none);
    m_down->setBlocked(none.isEmpty() && row() + 1 == m_model.rowCount() ? tr("It is the last.") : none);
    m_undo->setBlocked(why.isEmpty() && !m_model.canUndo() ? tr("There is nothing to take back.") : why);
    m_save->setBlocked(why.isEmpty() && !m_model.isEdited() ? tr("Nothing is edited.") : why);
    m_close->setBlocked(m_working ? why : QString());
    m_reason->setEnabled(!m_working);
}

void AssignmentRulesDialog::tryOut()
{
    static const QRegularExpression between(QStringLiteral("[\\s,;]+"));
    const std::string type = toUtf8(m_tryType->currentText().trimmed());
    const DifferenceType difference =
        differenceTypeFromWord(toUtf8(m_tryDifference->currentData().toString())).value_or(DifferenceType::Different);
    std::vector<std::string> fields;
    const QStringList names = m_tryFields->text().split(between, Qt::SkipEmptyParts);
    if (difference == DifferenceType::Different) // a whole row has no fields that differ
        for (const QString &name : names)
            fields.push_back(toUtf8(name));
    m_tryFields->setEnabled(difference == DifferenceType::Different);
    if (type.empty()) {
        m_model.setFound(std::nullopt);
        m_found->setText(tr("Name a data type."));
        return;
    }
    const auto found = firstFit(m_model.rules(), {type, difference, fields});
    m_model.setFound(found);
    m_found->setText(found ? tr("Rule %1: it goes to %2.").arg(*found + 1).arg(assigneeWords(m_model.rules()[*found].to))
                           : tr("No rule fits: it stays unassigned."));
}

void AssignmentRulesDialog::openEditor(bool anew)
{
    const int at = row();
    if (!(anew ? m_add : m_edit)->isEnabled())
        return;
    const AssignmentRule rule = anew ? AssignmentRule() : m_model.rules()[static_cast<std::size_t>(at)];
    auto *editor = new AssignmentRuleEditor(rule, anew, m_dataTypes, this);
    connect(editor, &QDialog::accepted, this, [this, editor, anew, at, rule] {
        int place = anew ? -1 : m_model.replaceWhere(at, rule, editor->rule());
        if (!anew && place < 0)
            say(tr("Somebody changed this rule meanwhile: yours is added at the end."), true);
        if (place < 0) {
            place = m_model.rowCount();
            m_model.insert(place, editor->rule());
        }
        m_table->setCurrentIndex(m_model.index(place, AssignmentRuleModel::To));
        m_table->setFocus();
    });
    openDialog(editor);
}

void AssignmentRulesDialog::remove()
{
    m_model.remove(row());
    syncButtons();
}

void AssignmentRulesDialog::move(int by)
{
    const int to = row() + by;
    m_model.move(row(), to);
    m_table->setCurrentIndex(m_model.index(to, AssignmentRuleModel::To));
    syncButtons();
}

void AssignmentRulesDialog::save()
{
    if (m_working || !m_save->isEnabled())
        return;
    m_working = true;
    syncButtons();
    say(tr("Sent, waiting for the answer …"), false);
    m_session->save(m_model.rules(), m_version, m_reason->text(), this,
                    [this](const Result<void> &end) { onSaved(end); });
}

void AssignmentRulesDialog::onSaved(const Result<void> &end)
{
    m_working = false;
    const AssignmentRulesSession::Stored &stored = m_session->stored();
    if (end) {
        m_version = stored.version;
        m_model.setStored(stored.rules);
        m_theirs->hide();
        m_reason->clear();
        say(tr("Saved: it holds for repairs from now on."), false);
    } else if (end.error().kind == ErrorKind::Stale && m_session->phase() == LoadPhase::Ready) {
        m_version = stored.version;
        m_model.setBase(stored.rules);
        m_theirs->setVisible(m_model.isEdited());
        say(tr("Not saved: %1 changed the list meanwhile. Your edits are kept: saving again replaces theirs.")
                .arg(toText(stored.changedBy)), true);
    } else {
        QString text = QStringLiteral("%1. %2").arg(notDoneText(tr("Not saved"), end.error()), errorText(end.error()));
        // "/rules/3/field": the rule it is about is chosen.
        for (const FieldError &field : end.error().fields) {
            const QString pointer = toText(field.pointer);
            if (!pointer.startsWith(QLatin1String("/rules/")))
                continue;
            const int at = pointer.section(QLatin1Char('/'), 2, 2).toInt();
            if (at < m_model.rowCount())
                m_table->setCurrentIndex(m_model.index(at, AssignmentRuleModel::To));
            text += QLatin1Char(' ') + tr("Look at rule %1.").arg(at + 1);
            break;
        }
        say(text, true);
    }
    sync();
}

void AssignmentRulesDialog::reject()
{
    if (m_working)
        return;
    if (!m_model.isEdited()) {
        QDialog::reject();
        return;
    }
    auto *box = new QuestionDialog({tr("Throw the edits away?"), tr("The list is edited and not saved."), tr("Throw away"),
                                    tr("Keep editing")}, this);
    box->setObjectName(QStringLiteral("loseRulesBox"));
    connect(box, &QDialog::accepted, this, [this] { QDialog::reject(); });
    openDialog(box);
}

// Before the table: it would go to another row.
bool AssignmentRulesDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_table || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool moves = (key->modifiers() & Qt::AltModifier) != 0;
    if (moves && key->key() == Qt::Key_Up && m_up->isEnabled())
        move(-1);
    else if (moves && key->key() == Qt::Key_Down && m_down->isEnabled())
        move(1);
    else if (!moves && key->key() == Qt::Key_Delete && m_remove->isEnabled())
        remove();
    else
        return QDialog::eventFilter(watched, event);
    return true;
}

void AssignmentRulesDialog::say(const QString &text, bool red)
{
    m_note->setInk(red ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

} // namespace crossfade
