// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/ignorerulesdialog.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/reasondialog.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QPointer>
#include <QVBoxLayout>

#include <memory>

namespace crossfade {

namespace {

constexpr QSize IgnoreRulesSize{820, 440};

} // namespace

IgnoreRulesDialog::IgnoreRulesDialog(DifferencesSession *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_rules(session->ignoreRules())
{
    setObjectName(QStringLiteral("ignoreRulesDialog"));
    setWindowTitle(tr("Ignore rules"));
    resize(IgnoreRulesSize);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    auto *head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(new TextLabel(tr("Ignore rules"), FontRole::DialogTitle));
    m_stale = new StaleChip;
    head->addWidget(m_stale);
    head->addWidget(new ElidingLabel(tr("differences that are hidden and counted; the oldest rule that fits hides one"),
                                     FontRole::Body, Ink::Secondary), 1);
    column->addLayout(head);
    auto *pane = new Pane;
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("ignoreRulesTable"));
    m_table->setAccessibleName(tr("Ignore rules"));
    m_table->setModel(m_rules->model());
    m_table->setColumns({{IgnoreRuleModel::Scope, CellKind::Strong, 0},
                         {IgnoreRuleModel::Hidden, CellKind::Number, 84},
                         {IgnoreRuleModel::Ends, CellKind::Secondary, 130},
                         {IgnoreRuleModel::Reason, CellKind::Text, 0},
                         {IgnoreRuleModel::By, CellKind::Secondary, 110}});
    m_state = new StateView(m_table);
    m_state->setObjectName(QStringLiteral("ignoreRulesState"));
    pane->setContent(m_state);
    QHBoxLayout *foot = pane->addFootBar();
    const auto button = [](QHBoxLayout *row, const QString &text, const char *name) {
        auto *made = new Button(text);
        made->setObjectName(QString::fromLatin1(name));
        made->setAutoDefault(false);
        row->addWidget(made);
        return made;
    };
    m_show = button(foot, tr("Show what it hides"), "showHidden");
    m_delete = button(foot, tr("Delete…"), "deleteIgnoreRule");
    foot->addStretch(1);
    column->addWidget(pane, 1);
    auto *last = new QHBoxLayout;
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_note->setObjectName(QStringLiteral("ignoreRulesNote"));
    m_note->setWordWrap(true);
    last->addWidget(m_note, 1);
    auto *close = button(last, tr("Close"), "ignoreRulesClose");
    column->addLayout(last);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_show, &QPushButton::clicked, this, &IgnoreRulesDialog::showHidden);
    connect(m_delete, &QPushButton::clicked, this, &IgnoreRulesDialog::askDelete);
    connect(m_table, &TableView::rowActivated, this, &IgnoreRulesDialog::showHidden);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &IgnoreRulesDialog::sync);
    connect(m_state, &StateView::retry, m_rules, &IgnoreRulesSession::refresh);
    connect(m_rules, &IgnoreRulesSession::changed, this, &IgnoreRulesDialog::sync);
    sync();
    m_rules->refresh();
    m_table->setFocus();
}

const IgnoreRuleRow *IgnoreRulesDialog::selected() const
{
    const QModelIndex at = m_table->currentIndex();
    const auto &rows = m_rules->model()->rows();
    return at.isValid() && at.row() < static_cast<int>(rows.size()) ? &rows[static_cast<std::size_t>(at.row())] : nullptr;
}

void IgnoreRulesDialog::sync()
{
    const bool stale = m_rules->isKnown() && m_rules->isStale();
    m_stale->setAge(m_rules->ageMs());
    m_stale->setStale(stale);
    m_table->setStale(stale);
    if (!m_rules->model()->rows().empty())
        m_state->showContent();
    else if (m_rules->phase() == LoadPhase::Failed)
        m_state->showError(tr("The ignore rules could not be read"), errorText(m_rules->error()),
                           tr("They hold in the comparator all the same."));
    else if (!m_rules->isKnown())
        m_state->showLoading();
    else
        m_state->showEmpty(tr("Nothing is ignored"),
                           tr("Open a difference on the Consistency page and ignore its field: it is hidden and counted, never deleted."),
                           {}, Glyph::Check);
    const QString none = selected() ? QString() : tr("Choose a rule first.");
    m_show->setBlocked(none);
    const QString why = m_rules->obstacle();
    m_delete->setBlocked(why.isEmpty() ? none : why);
}

void IgnoreRulesDialog::showHidden()
{
    const IgnoreRuleRow *rule = selected();
    if (!rule)
        return;
    DifferenceFilter filter;
    filter.checkId = m_session->filter().checkId;
    filter.hidden = true;
    filter.ignoreRuleId = rule->id;
    m_session->setFilter(filter);
    accept();
}

void IgnoreRulesDialog::askDelete()
{
    const IgnoreRuleRow *rule = selected();
    if (!rule || !m_delete->isEnabled())
        return;
    const auto holder = std::make_shared<QPointer<ReasonDialog>>();
    auto *ask = new ReasonDialog(
        {tr("Delete this ignore rule?"),
         tr("%1. The %2 open differences that it hides now are shown and count again; runs still tell how much it hid.")
             .arg(ignoreScopeText(*rule), countText(rule->hidden)),
         tr("Delete the rule"), ButtonKind::Accent, ReasonField::Need::Optional},
        [rules = QPointer<IgnoreRulesSession>(m_rules), holder, asked = *rule](const QString &reason) {
            if (!rules || !*holder)
                return;
            rules->remove(asked, reason, *holder, [holder](const Result<void> &end) {
                if (!*holder)
                    return;
                if (end)
                    (*holder)->succeed();
                else
                    (*holder)->fail(QStringLiteral("%1. %2").arg(
                        notDoneText(IgnoreRulesDialog::tr("The rule was not deleted"), end.error()), errorText(end.error())));
            });
        },
        this);
    *holder = ask;
    ask->setObjectName(QStringLiteral("deleteIgnoreRuleDialog"));
    connect(ask, &QDialog::accepted, this, [this, scope = ignoreScopeText(*rule)] {
        m_note->setText(tr("Deleted: %1").arg(scope));
        sync();
    });
    openDialog(ask);
}

} // namespace crossfade
