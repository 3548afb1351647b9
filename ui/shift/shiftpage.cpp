// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/shiftpage.h"

#include "models/items/approvalwords.h"
#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"
#include "ui/shift/guardspane.h"
#include "ui/shift/policyfacts.h"
#include "ui/shift/policylist.h"
#include "ui/shift/shiftcharts.h"
#include "ui/shift/targetpane.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QTimer>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int ListWidth = 224;
constexpr int TickMs = 500;
constexpr int HistoryRowHeight = 24;
constexpr int HistoryFrom = 720; // the least height of the page that has room for the history
constexpr int LeastHeight = 560;
constexpr int FactsFromHeight = 700;

Instant now()
{
    return instantFromMs(QDateTime::currentMSecsSinceEpoch());
}

} // namespace

ShiftPage::ShiftPage(ShiftSession *session, ApprovalsSession *approvals, SeriesStore *series, QWidget *parent)
    : Page(QStringLiteral("shift"), tr("Traffic shift"), parent), m_session(session), m_approvals(approvals),
      m_series(series), m_timer(new QTimer(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(PageMargin, PageMargin, PageMargin, PageMargin);
    row->setSpacing(Gap);
    row->addWidget(buildPolicies());
    m_state = new StateView(buildDetail(), this);
    m_state->setObjectName(QStringLiteral("shiftState"));
    row->addWidget(m_state, 1);
    connect(m_session, &ShiftSession::changed, this, &ShiftPage::showPolicies);
    connect(m_session, &ShiftSession::selectionChanged, this, &ShiftPage::showSelection);
    connect(m_session, &ShiftSession::detailChanged, this, &ShiftPage::showHistory);
    connect(m_approvals, &ApprovalsSession::changed, this, &ShiftPage::showSelection);
    connect(m_state, &StateView::emptyAction, this, [this] { openEditor(true); });
    connect(m_state, &StateView::retry, m_session, &ShiftSession::refresh);
    connect(m_timer, &QTimer::timeout, this, &ShiftPage::tick);
    setMinimumHeight(LeastHeight); // the panes' own wishes would keep the window from getting small
    showPolicies();
    showHistory();
}

QWidget *ShiftPage::buildPolicies()
{
    m_policies = new Pane(tr("Policies"), this);
    m_new = new Button(ButtonKind::Flat, Symbol::Add, {}, m_policies);
    m_new->setObjectName(QStringLiteral("newPolicy"));
    m_new->setAccessibleName(tr("New policy"));
    m_policies->addAction(m_new);
    m_list = new PolicyList;
    m_list->setModel(m_session->policies());
    m_listState = new StateView(m_list, m_policies);
    m_policies->setContent(m_listState);
    m_listFoot = new TextLabel({}, FontRole::Secondary, Ink::Secondary, m_policies);
    m_policies->addFootBar()->addWidget(m_listFoot);
    connect(m_new, &QPushButton::clicked, this, [this] { openEditor(true); });
    connect(m_list, &PolicyList::selected, this, [this](const QString &id) { m_session->select(toUtf8(id)); });
    connect(m_list, &QAbstractItemView::activated, this, [this] { m_target->setFocus(); });
    m_setUp = new PolicyFacts(this);
    auto *side = new QWidget(this);
    side->setFixedWidth(ListWidth);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Gap);
    column->addWidget(m_policies, 1);
    column->addWidget(m_setUp);
    return side;
}

QWidget *ShiftPage::buildDetail()
{
    auto *detail = new QWidget(this);
    auto *column = new QVBoxLayout(detail);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Gap);
    column->addWidget(buildTitleRow());
    column->addWidget(buildProposal());
    m_target = new TargetPane(m_session, detail);
    m_guards = new GuardsPane(m_session, detail);
    m_charts = new ShiftCharts(m_session, m_series, detail);
    column->addWidget(m_target);
    column->addWidget(m_guards);
    column->addWidget(m_charts, 1);
    column->addWidget(buildHistory());
    connect(m_target, &TargetPane::applyRequested, this, &ShiftPage::askApply);
    connect(m_target, &TargetPane::rollBackRequested, this, &ShiftPage::openRollBack);
    connect(m_guards, &GuardsPane::overrideRequested, this, &ShiftPage::askOverride);
    connect(m_guards, &GuardsPane::retry, m_session, &ShiftSession::refresh);
    return detail;
}

Button *ShiftPage::addCommand(const QString &text, Symbol symbol, const char *objectName, ShiftCommand command)
{
    auto *button = new Button(ButtonKind::Plain, symbol, text, this);
    button->setObjectName(QLatin1String(objectName));
    connect(button, &QPushButton::clicked, this, [this, command] { askCommand(command); });
    return button;
}

QWidget *ShiftPage::buildTitleRow()
{
    auto *box = new QWidget(this);
    box->setFixedHeight(32);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Gap);
    m_name = new TextLabel({}, FontRole::PageTitle, Ink::Text, box);
    m_name->setObjectName(QStringLiteral("policyName"));
    m_name->setMaximumWidth(260);
    m_chip = new Chip(box);
    m_chip->setObjectName(QStringLiteral("stateChip"));
    m_facts = new ElidingLabel({}, FontRole::Secondary, Ink::Secondary, box);
    m_edit = new Button(ButtonKind::Plain, Symbol::Edit, tr("Edit…"), box);
    m_edit->setObjectName(QStringLiteral("editPolicy"));
    m_delete = new Button(ButtonKind::Plain, Symbol::Remove, {}, box);
    m_delete->setObjectName(QStringLiteral("deletePolicy"));
    m_delete->setAccessibleName(tr("Delete policy"));
    m_suspend = addCommand(tr("Suspend…"), Symbol::Pause, "suspendButton", ShiftCommand::Suspend);
    m_resume = addCommand(tr("Resume…"), Symbol::Play, "resumeButton", ShiftCommand::Resume);
    m_finalize = addCommand(tr("Finalize…"), Symbol::Check, "finalizeButton", ShiftCommand::Finalize);
    m_rollBack = new Button(ButtonKind::RedOutline, Symbol::Undo, tr("Roll back…"), box);
    m_rollBack->setObjectName(QStringLiteral("shiftRollBack"));
    row->addWidget(m_name);
    row->addSpacing(4);
    row->addWidget(m_chip);
    row->addWidget(m_facts, 1);
    m_drill = new Button(ButtonKind::Plain, Symbol::Drill, {}, box);
    m_drill->setObjectName(QStringLiteral("drillPolicy"));
    m_drill->setAccessibleName(tr("Drill: what it would have done with what was recorded"));
    m_drill->setToolTip(m_drill->accessibleName());
    connect(m_drill, &QPushButton::clicked, this, &ShiftPage::openDrill);
    for (Button *button : {m_delete, m_drill, m_edit, m_finalize, m_resume, m_suspend, m_rollBack})
        row->addWidget(button);
    connect(m_edit, &QPushButton::clicked, this, [this] { openEditor(false); });
    connect(m_delete, &QPushButton::clicked, this, &ShiftPage::askDelete);
    connect(m_rollBack, &QPushButton::clicked, this, [this] { openRollBack(0); });
    return box;
}

QWidget *ShiftPage::buildProposal()
{
    m_proposal = new Pane({}, this);
    m_proposal->setObjectName(QStringLiteral("rollbackProposal"));
    m_proposal->setRedEdge(true);
    m_proposal->setFixedHeight(36);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(11, 0, 4, 0);
    row->setSpacing(8);
    row->addWidget(new GlyphLabel(Glyph::Warning, GlyphLabel::Color::Red, m_proposal));
    m_proposalTitle = new TextLabel({}, FontRole::Strong, Ink::Text, m_proposal);
    m_proposalText = new ElidingLabel({}, FontRole::Secondary, Ink::Secondary, m_proposal);
    auto *review = new Button(tr("Review…"), m_proposal);
    review->setObjectName(QStringLiteral("reviewButton"));
    row->addWidget(m_proposalTitle);
    row->addWidget(m_proposalText, 1);
    row->addWidget(review);
    m_proposal->body()->addLayout(row);
    m_proposal->hide();
    connect(review, &QPushButton::clicked, this, [this] {
        if (const PolicyRow *policy = m_session->selected())
            Q_EMIT approvalRequested(toText(policy->shift.approvalId));
    });
    return m_proposal;
}

QWidget *ShiftPage::buildHistory()
{
    m_history = new Pane(tr("History"), this);
    auto *all = new Button(ButtonKind::Flat, tr("All in Audit"), m_history);
    all->setObjectName(QStringLiteral("historyInAudit"));
    m_history->addAction(all);
    connect(all, &QPushButton::clicked, this, [this] {
        Q_EMIT openRequested(QStringLiteral("audit"), QStringLiteral("object:") + toText(m_session->selectedId()));
    });
    m_historyTable = new TableView(m_history);
    m_historyTable->setObjectName(QStringLiteral("historyTable"));
    m_historyTable->setAccessibleName(tr("History of this shift"));
    m_historyTable->setRowHeight(HistoryRowHeight);
    m_historyTable->setModel(m_session->history());
    m_historyTable->setColumns({{HistoryModel::Time, CellKind::Text, 104},
                                {HistoryModel::Change, CellKind::Strong, 110},
                                {HistoryModel::Cause, CellKind::Secondary, 150},
                                {HistoryModel::Outcome, CellKind::Chip, 100},
                                {HistoryModel::Who, CellKind::Text, 110},
                                {HistoryModel::Reason, CellKind::Secondary, 0},
                                {HistoryModel::Epoch, CellKind::Number, 74}});
    m_historyTable->fitToRows(3, 3);
    m_history->body()->addWidget(m_historyTable);
    return m_history;
}

void ShiftPage::showPolicies()
{
    PolicyModel *policies = m_session->policies();
    policies->setNow(now());
    const QString obstacle = m_session->obstacle();
    m_new->setBlocked(obstacle);
    if (m_session->phase() == LoadPhase::Failed && policies->rowCount() == 0)
        m_listFoot->setText(tr("not read"));
    else
        m_listFoot->setText(m_session->phase() != LoadPhase::Ready && policies->rowCount() == 0
                                ? QString()
                                : tr("%n policies", nullptr, policies->rowCount()) + QStringLiteral(" · ")
                                      + tr("%1 running").arg(policies->runningCount()));
    if (m_session->phase() == LoadPhase::Failed && policies->rowCount() == 0) {
        m_listState->showContent();
        m_state->showError(tr("The shift policies can't be read"), errorText(m_session->error()),
                           tr("Traffic goes on as set. ROLL BACK above still works."));
    } else if (m_session->phase() == LoadPhase::Ready && policies->rowCount() == 0) {
        m_listState->showContent();
        m_state->showEmpty(tr("No shift policy yet"),
                           tr("A policy moves a system’s users to NEW step by step and stops when a guard fails. Nothing moves until you apply a target."),
                           tr("New policy…"));
        m_state->emptyButton()->setBlocked(obstacle);
    } else if (policies->rowCount() == 0) {
        m_listState->showLoading(66);
        m_state->showLoading();
    } else {
        m_listState->showContent();
        m_state->showContent();
    }
    showSelection();
}

void ShiftPage::showSelection()
{
    const PolicyRow *row = m_session->selected();
    m_list->setCurrentId(toText(m_session->selectedId()));
    m_target->showPolicy(row, m_session->obstacle());
    showSetUp();
    m_charts->showPolicy();
    showTitle();
    showCommands(row);
    showStale();
}

// The list comes first: in a low window the facts give way.
void ShiftPage::showSetUp()
{
    const PolicyRow *row = m_session->selected();
    m_setUp->setPolicy(row != nullptr && height() >= FactsFromHeight ? &row->policy : nullptr);
}

void ShiftPage::showTitle()
{
    const PolicyRow *row = m_session->selected();
    if (row == nullptr)
        return;
    m_name->setText(fontMetrics().elidedText(toText(row->policy.name), Qt::ElideRight, 180));
    m_name->setToolTip(toText(row->policy.name).toHtmlEscaped());
    ChipLook look = chipOf(toText(row->shift.state), shiftChipText(row->shift, now(), false));
    if (const ApprovalRow *open = m_approvals->openOfPolicy(row->policy.id); open != nullptr && open->kind == "ROLLBACK")
        look.text = tr("%1 · rolls back in %2").arg(look.text, durationText((toMs(open->deadline) - toMs(now())) / 1000));
    if (m_session->isStale())
        look = {tr("WAS %1").arg(stateText(row->shift.state)), Tone::Outline, Glyph::None};
    m_chip->setLook(look);
    QStringList facts;
    facts << tr("step %1 of %2").arg(row->shift.stepIndex).arg(row->shift.stepsTotal);
    facts << tr("system %1").arg(toText(row->policy.targetSystem));
    if (row->shift.since)
        facts << tr("since %1 %2").arg(timeOfDay(*row->shift.since), zoneName(*row->shift.since));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    showProposal(*row);
}

void ShiftPage::showProposal(const PolicyRow &row)
{
    const bool proposed = row.shift.state == "ROLLBACK_PROPOSED";
    m_proposal->setVisible(proposed);
    setBadge(proposed ? QStringLiteral("1") : QString(), BadgeTone::Alarm);
    if (!proposed)
        return;
    const ApprovalRow *open = m_approvals->openOfPolicy(row.policy.id);
    const GuardRow *tripped = m_session->guards()->tripped();
    if (open != nullptr && open->evidence) {
        Guard guard = guardOf(*open->evidence);
        for (const Guard &own : row.policy.guards)
            if (own.id == guard.id)
                guard = own;
        m_proposalTitle->setText(tr("%1 not %2 in %3 of %4 windows.")
                                     .arg(guardText(guard), mustBeText(guard))
                                     .arg(breachedWindows(judgedBy(*open->evidence, guard.windows)))
                                     .arg(guard.windows));
    } else if (open != nullptr)
        m_proposalTitle->setText(m_proposalTitle->fontMetrics().elidedText(toText(open->summary), Qt::ElideRight, 420));
    else
        m_proposalTitle->setText(tripped != nullptr ? tr("%1 tripped.").arg(guardText(tripped->guard))
                                                    : tr("A guard tripped."));
    const QString share = shortPercent(row.shift.percentage);
    if (open == nullptr)
        m_proposalText->setText(tr("Stopped at %1.").arg(share));
    else if (open->defaultAction == "APPROVE")
        m_proposalText->setText(tr("Stopped at %1. All go back to LEGACY at %2 %3 if nobody answers.")
                                    .arg(share, timeOfDay(open->deadline), zoneName(open->deadline)));
    else
        m_proposalText->setText(tr("Stopped at %1. It stays there, held, if nobody answers by %2 %3.")
                                    .arg(share, timeOfDay(open->deadline), zoneName(open->deadline)));
}

void ShiftPage::showCommands(const PolicyRow *row)
{
    const QString obstacle = row == nullptr ? tr("There is no policy.") : m_session->obstacle();
    const auto fit = [&](ShiftCommand command) { return row != nullptr && fitsState(command, row->shift); };
    const bool proposed = row != nullptr && row->shift.state == "ROLLBACK_PROPOSED";
    m_suspend->setVisible(fit(ShiftCommand::Suspend));
    m_suspend->setText(row != nullptr && row->shift.state == "SCHEDULED" ? tr("Call off…") : tr("Suspend…"));
    m_resume->setVisible(fit(ShiftCommand::Resume));
    m_finalize->setVisible(fit(ShiftCommand::Finalize));
    m_delete->setVisible(row != nullptr && isDeletable(row->shift));
    m_rollBack->setVisible(!proposed); // the proposal below asks the same
    for (Button *button : {m_edit, m_delete, m_suspend, m_resume, m_finalize})
        button->setBlocked(obstacle);
    QString why = obstacle;
    if (why.isEmpty() && !fit(ShiftCommand::Rollback))
        why = tr("This policy serves nobody on NEW.");
    m_rollBack->setBlocked(why);
}

void ShiftPage::showHistory()
{
    m_guards->showDetail();
    const HistoryModel *history = m_session->history();
    const auto &rows = history->rows();
    m_history->setSubtitle(rows.empty() ? tr("nothing yet")
                                        : tr("%1 changes since %2").arg(rows.size()).arg(shortTime(rows.back().at, now())));
    if (const PolicyRow *row = m_session->selected())
        showProposal(*row);
}

void ShiftPage::showStale()
{
    const bool stale = m_session->isStale() && m_session->phase() != LoadPhase::Idle;
    m_list->setStale(stale);
    m_charts->setStale(stale);
    m_guards->setStale(stale, m_session->connection()->ageMs(ServiceName::Router));
}

void ShiftPage::tick()
{
    m_session->policies()->setNow(now());
    m_target->tick(now());
    showTitle();
    if (m_session->isStale())
        showStale();
}

void ShiftPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_timer->start(TickMs);
    tick();
}

void ShiftPage::hideEvent(QHideEvent *event)
{
    m_timer->stop();
    Page::hideEvent(event);
}

void ShiftPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    // On a small screen the history is the first to go; Audit has it all.
    m_history->setVisible(height() >= HistoryFrom);
    showSetUp();
}

void ShiftPage::showObject(const QString &object)
{
    if (object.startsWith(QLatin1String("policy:")))
        m_session->select(toUtf8(object.mid(7)));
}

void ShiftPage::refresh()
{
    m_session->refresh();
    m_series->refresh();
}

QList<PaletteEntry> ShiftPage::paletteEntries() const
{
    QList<PaletteEntry> entries;
    for (const PolicyRow &row : m_session->policies()->rows())
        entries.append({toText(row.policy.name),
                        tr("policy · %1 · %2").arg(percentText(row.shift.percentage, 1), stateText(row.shift.state)),
                        QStringLiteral("policy:") + toText(row.policy.id)});
    return entries;
}

} // namespace crossfade
