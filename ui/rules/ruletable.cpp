// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/ruletable.h"

#include "models/items/keyedroles.h"
#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/rules/conflictdialog.h"
#include "ui/rules/previewdialog.h"
#include "ui/rules/ruleeditor.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QAction>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QVBoxLayout>

namespace crossfade {

static_assert(int(ItemEmphasisRole) == int(EmphasisRole) &&
              int(ItemSpanTextRole) == int(SpanTextRole) &&
              int(ItemRowTintRole) == int(RowTintRole));

namespace {

// Time rules are for nobody in particular, and say at length when they hold.
std::vector<TableColumn> columnsOf(RuleType kind)
{
    std::vector<TableColumn> columns{{RuleModel::Priority, CellKind::Number, 80},
                                     {RuleModel::Active, CellKind::Toggle, 76},
                                     {RuleModel::Name, CellKind::Strong, 150},
                                     {RuleModel::Target, CellKind::Text, 120},
                                     {RuleModel::Serves, CellKind::Platform, 92},
                                     {RuleModel::InForce, CellKind::Secondary, 148},
                                     {RuleModel::Reason, CellKind::Secondary, 0}};
    if (kind == RuleType::Time) {
        columns.erase(columns.begin() + 3);
        columns[4].width = 268;
    }
    return columns;
}

} // namespace

RuleTable::RuleTable(RulesSession *session, QWidget *parent)
    : Pane({}, parent)
    , m_session(session)
{
    m_filter.setSourceModel(m_session->model());
    body()->addWidget(makeTools());
    m_state = new StateView(makeTable());
    m_state->setObjectName(QStringLiteral("rulesState"));
    setContent(m_state);
    body()->addWidget(makeFindings());
    makeSaveBar();
    connectSession();
    sync();
}

QWidget *RuleTable::makeTools()
{
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(8, 8, 8, 8);
    row->setSpacing(8);
    m_search = new SearchField(tr("Filter: name, user, reason"));
    m_search->setObjectName(QStringLiteral("ruleFilter"));
    m_search->setAccessibleName(tr("Filter the rules"));
    connect(m_search, &SearchField::searched, this, [this](const QString &text) {
        m_filter.setText(text);
        syncState();
    });
    m_add = new Button(ButtonKind::Plain, Symbol::Add, tr("Add rule"));
    m_add->setObjectName(QStringLiteral("addRule"));
    m_duplicate = new Button(ButtonKind::Plain, Symbol::Duplicate, {});
    m_duplicate->setObjectName(QStringLiteral("duplicateRule"));
    m_duplicate->setAccessibleName(tr("Duplicate the rule"));
    m_duplicate->setToolTip(tr("Duplicate (Ctrl+D)"));
    m_duplicate->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_D));
    m_delete = new Button(ButtonKind::Plain, Symbol::Remove, {});
    m_delete->setObjectName(QStringLiteral("deleteRule"));
    m_delete->setAccessibleName(tr("Delete the rule, or take back its edit"));
    m_delete->setToolTip(tr("Delete (Del); once more takes it back"));
    connect(m_add, &QPushButton::clicked, this, &RuleTable::addRule);
    connect(m_duplicate, &QPushButton::clicked, this, [this] {
        const QString id = m_session->duplicate(selectedId());
        showRule(id);
    });
    connect(m_delete, &QPushButton::clicked, this, [this] {
        const QString id = selectedId();
        const RuleRow *row = m_session->model()->rowOf(id);
        if (!row)
            return;
        if (row->edit == RuleEdit::Deleted)
            m_session->revert(id);
        else
            m_session->remove(id);
    });
    row->addWidget(m_search, 1);
    row->addWidget(m_add);
    row->addWidget(m_duplicate);
    row->addWidget(m_delete);
    return tools;
}

QWidget *RuleTable::makeTable()
{
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("rulesTable"));
    m_table->setAccessibleName(tr("Routing rules"));
    m_table->setModel(&m_filter);
    m_table->setSortingEnabled(true);
    m_table->setRowHeight(30);
    m_table->setColumns(columnsOf(m_filter.kind()));
    m_table->sortByColumn(RuleModel::Priority, Qt::AscendingOrder);
    auto *remove = new QAction(this);
    remove->setShortcut(QKeySequence(Qt::Key_Delete));
    remove->setShortcutContext(Qt::WidgetShortcut);
    connect(remove, &QAction::triggered, m_delete, &QPushButton::click);
    m_table->addAction(remove);
    connect(m_table, &TableView::rowActivated, this, [this](const QModelIndex &index) {
        if (index.column() != RuleModel::Active)
            editRule(index.data(RuleModel::IdRole).toString());
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        sync();
        if (const RuleRow *row = m_session->model()->rowOf(selectedId()))
            Q_EMIT ruleSelected(row->input);
    });
    return m_table;
}

QWidget *RuleTable::makeFindings()
{
    m_findings = new QWidget;
    auto *all = new QVBoxLayout(m_findings);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(new Hairline);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(12, 4, 8, 4);
    row->setSpacing(8);
    m_findingName = new TextLabel({}, FontRole::Strong);
    m_findingName->setObjectName(QStringLiteral("findingName"));
    m_findingText = new ElidingLabel;
    m_findingText->setObjectName(QStringLiteral("findingText"));
    auto *next = new Button(ButtonKind::Flat, tr("Show"));
    next->setObjectName(QStringLiteral("showFinding"));
    connect(next, &QPushButton::clicked, this, [this] {
        const auto &findings = m_session->findings();
        if (findings.empty())
            return;
        m_finding %= findings.size();
        showRule(toText(findings[m_finding].ruleId));
        syncFindings();
        ++m_finding;
    });
    row->addWidget(new GlyphLabel(Glyph::Warning, GlyphLabel::Color::Secondary));
    row->addWidget(m_findingName);
    row->addWidget(m_findingText, 1);
    row->addWidget(next);
    all->addLayout(row);
    return m_findings;
}

void RuleTable::makeSaveBar()
{
    QHBoxLayout *row = addFootBar();
    m_bar = row->parentWidget();
    m_count = new TextLabel({}, FontRole::Strong);
    m_count->setObjectName(QStringLiteral("unsavedCount"));
    m_note = new ElidingLabel;
    m_note->setObjectName(QStringLiteral("saveNote"));
    m_reason = new ReasonField(ReasonField::Need::Optional);
    m_reason->setLabel({});
    m_reason->setPlaceholder(tr("Reason, kept in the audit"));
    m_preview = new Button(tr("Preview…"));
    m_preview->setObjectName(QStringLiteral("previewEdits"));
    m_discard = new Button(tr("Discard"));
    m_discard->setObjectName(QStringLiteral("discardEdits"));
    m_save = new Button(ButtonKind::Accent, tr("Save"));
    m_save->setObjectName(QStringLiteral("saveEdits"));
    connect(m_preview, &QPushButton::clicked, m_session, &RulesSession::preview);
    connect(m_discard, &QPushButton::clicked, m_session, &RulesSession::discard);
    connect(m_save, &QPushButton::clicked, this, [this] { m_session->save(m_reason->text()); });
    connect(m_reason, &ReasonField::changed, this, &RuleTable::syncSaveBar);
    row->addWidget(m_count);
    row->addWidget(m_note, 1);
    row->addWidget(m_reason, 2);
    row->addWidget(m_preview);
    row->addWidget(m_discard);
    row->addWidget(m_save);
}

void RuleTable::connectSession()
{
    connect(m_session, &RulesSession::changed, this, &RuleTable::sync);
    connect(m_session, &RulesSession::previewed, this, [this](const RulePreview &preview) {
        m_note->setText(previewSentence(preview));
        openDialog(new PreviewDialog(preview, this));
    });
    connect(m_session, &RulesSession::previewFailed, this,
            [this](const Error &error) { m_note->setText(errorText(error)); });
    connect(m_session, &RulesSession::saved, this, [this] {
        m_reason->clear();
        m_note->setText({});
    });
    connect(m_session, &RulesSession::saveFailed, this, &RuleTable::showFailure);
    connect(m_session, &RulesSession::conflict, this, &RuleTable::showConflict);
    connect(m_state, &StateView::retry, m_session, &RulesSession::refresh);
    connect(m_state, &StateView::emptyAction, this, &RuleTable::addRule);
}

void RuleTable::setKind(RuleType kind)
{
    m_filter.setKind(kind);
    m_table->setColumns(columnsOf(kind));
    sync();
}

void RuleTable::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

QString RuleTable::selectedId() const
{
    return m_table->currentIndex().data(RuleModel::IdRole).toString();
}

void RuleTable::showRule(const QString &id)
{
    const RuleRow *row = m_session->model()->rowOf(id);
    if (!row)
        return;
    if (row->input.kind != m_filter.kind())
        Q_EMIT kindWanted(row->input.kind);
    m_search->clear();
    m_filter.setText({});
    const QModelIndex index = m_filter.mapFromSource(m_session->model()->indexOf(id, RuleModel::Name));
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
}

void RuleTable::addRule()
{
    RuleInput input;
    input.kind = m_filter.kind();
    openEditor(tr("New %1").arg(ruleKindText(input.kind)), {}, input);
}

void RuleTable::editRule(const QString &id)
{
    const RuleRow *row = m_session->model()->rowOf(id);
    if (row && row->edit != RuleEdit::Deleted && m_session->obstacle().isEmpty())
        openEditor(toText(row->input.name), id, row->input);
}

void RuleTable::openEditor(const QString &title, const QString &id, const RuleInput &input)
{
    const RuleRow *row = m_session->model()->rowOf(id);
    auto *editor =
        new RuleEditor(title, input, row ? row->problems : std::vector<FieldError>(), this);
    // Others go on meanwhile: the change is one of what was here when it was begun.
    connect(editor, &QDialog::accepted, this, [this, editor, id, seen = m_session->edits().base(toUtf8(id))] {
        if (id.isEmpty())
            showRule(m_session->add(editor->input()));
        else
            m_session->change(id, editor->input(), seen);
    });
    openDialog(editor);
}

void RuleTable::showConflict(const RuleConflict &conflict)
{
    auto *dialog = new ConflictDialog(conflict, this);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog, conflict] { m_session->resolve(conflict, dialog->merged()); });
    connect(dialog, &ConflictDialog::theirsKept, this, [this, conflict] { m_session->keepTheirs(conflict); });
    openDialog(dialog);
}

void RuleTable::showFailure(const QString &id, const Error &error)
{
    const RuleRow *row = m_session->model()->rowOf(id);
    m_note->setText(row ? tr("%1: %2").arg(toText(row->input.name), errorText(error))
                        : errorText(error));
    // The fields it is about, right where they are mended.
    if (row && !error.fields.empty())
        editRule(id);
}

void RuleTable::sync()
{
    const QString obstacle = m_session->obstacle();
    m_add->setBlocked(obstacle);
    const bool none = selectedId().isEmpty();
    const QString pick = none ? tr("Select a rule first.") : QString();
    m_duplicate->setBlocked(obstacle.isEmpty() ? pick : obstacle);
    m_delete->setBlocked(obstacle.isEmpty() ? pick : obstacle);
    m_table->setStale(m_session->isStale());
    syncState();
    syncFindings();
    syncSaveBar();
}

void RuleTable::syncState()
{
    if (m_session->phase() == LoadPhase::Failed && !m_session->isComplete()) {
        m_state->showError(tr("The rules could not be read"), errorText(m_session->error()),
                           tr("Requests go on being decided by the rules as they are stored."));
    } else if (!m_session->isComplete()) {
        m_state->showLoading(30);
    } else if (m_filter.rowCount() == 0) {
        const bool filtered = !m_search->text().trimmed().isEmpty();
        if (filtered)
            m_state->showEmpty(tr("Nothing matches"), tr("No rule of this kind holds this text."),
                               {}, Glyph::Question);
        else
            m_state->showEmpty(tr("No %1 yet").arg(ruleKindText(m_filter.kind())),
                               tr("A rule sends one user, system or span of time to a platform, "
                                  "before any shift policy is asked."),
                               tr("Add rule"), Glyph::Plus);
        if (!filtered && m_state->emptyButton())
            m_state->emptyButton()->setBlocked(m_session->obstacle());
    } else {
        m_state->showContent();
    }
}

void RuleTable::syncFindings()
{
    const auto &findings = m_session->findings();
    m_findings->setVisible(!findings.empty());
    if (findings.empty())
        return;
    const RuleFinding finding = findings[m_finding % findings.size()];
    m_findingName->setText(toText(finding.ruleName));
    m_findingText->setText(
        (findings.size() == 1 ? tr("%1 Static check of %2 rules, 1 finding.")
                                    .arg(ruleFindingText(finding))
                                    .arg(m_session->model()->rowCount())
                              : tr("%1 Static check of %2 rules, %3 findings.")
                                    .arg(ruleFindingText(finding))
                                    .arg(m_session->model()->rowCount())
                                    .arg(findings.size())));
}

void RuleTable::syncSaveBar()
{
    const int edits = m_session->edits().count();
    m_bar->setVisible(edits > 0);
    m_count->setText(edits == 1 ? tr("1 unsaved edit") : tr("%1 unsaved edits").arg(edits));
    QString why = m_session->obstacle();
    if (why.isEmpty() && m_session->isSaving())
        why = tr("Saving…");
    m_discard->setBlocked(m_session->isSaving() ? tr("Saving…") : QString());
    m_preview->setBlocked(why);
    if (why.isEmpty() && !m_session->edits().isValid())
        why = tr("An edit has a field that is not right.");
    if (why.isEmpty() && !m_reason->isValid())
        why = tr("The reason is too long.");
    m_save->setBlocked(why);
    m_save->setText(edits == 1 ? tr("Save 1 edit") : tr("Save %1 edits").arg(edits));
}

} // namespace crossfade
