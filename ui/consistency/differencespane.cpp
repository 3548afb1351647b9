// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/differencespane.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/consistency/exportdialog.h"
#include "ui/consistency/ignorerulesdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/diffcells.h"
#include "ui/shared/fields.h"
#include "ui/shared/stateview.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array Groupings{DifferenceGrouping::Field, DifferenceGrouping::Type,
                               DifferenceGrouping::Flat};
// Groups small enough to stand open from the start.
constexpr std::int64_t OpenUpTo = 40;

} // namespace

DifferencesPane::DifferencesPane(DifferencesSession *session, QWidget *parent)
    : Pane(tr("Differences"), parent)
    , m_session(session)
{
    m_newer = new Button(ButtonKind::Plain, {});
    m_newer->setObjectName(QStringLiteral("showNewer"));
    m_newer->hide();
    connect(m_newer, &QPushButton::clicked, m_session, &DifferencesSession::reload);
    addMark(m_newer);
    m_propose = new Button(ButtonKind::Flat, tr("Propose repairs…"));
    m_propose->setObjectName(QStringLiteral("proposeRepairs"));
    m_propose->setAccessibleName(tr("Propose repairs for all differences of a filter"));
    connect(m_propose, &QPushButton::clicked, this, [this] { Q_EMIT proposeWanted(proposalFilter()); });
    addAction(m_propose);
    auto *rules = new Button(ButtonKind::Flat, tr("Ignore rules…"));
    rules->setObjectName(QStringLiteral("openIgnoreRules"));
    rules->setToolTip(tr("Which differences are hidden, and why"));
    connect(rules, &QPushButton::clicked, this, [this] { openDialog(new IgnoreRulesDialog(m_session, this)); });
    addAction(rules);
    m_export = new Button(ButtonKind::Flat, Symbol::Export, tr("Export…"));
    m_export->setObjectName(QStringLiteral("exportDifferences"));
    m_export->setAccessibleName(tr("Export differences to a file"));
    m_export->setToolTip(tr("What the list shows, to a CSV, JSON or SQL file"));
    connect(m_export, &QPushButton::clicked, this, [this] { openDialog(new ExportDialog(m_session, this)); });
    addAction(m_export);
    body()->addWidget(makeTools());
    makeTree();
    m_state = new StateView(m_tree);
    m_state->setObjectName(QStringLiteral("differencesState"));
    setContent(m_state);
    connect(m_state, &StateView::retry, m_session, &DifferencesSession::reload);
    connect(m_session, &DifferencesSession::changed, this, &DifferencesPane::sync);
    connect(m_session->model(), &QAbstractItemModel::modelReset, this,
            &DifferencesPane::expandFirst);
    sync();
}

QWidget *DifferencesPane::makeTools()
{
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(8, 8, 8, 8);
    row->setSpacing(8);
    m_grouping = new Segmented;
    m_grouping->setObjectName(QStringLiteral("differencesGrouping"));
    m_grouping->setAccessibleName(tr("Group the differences"));
    m_grouping->addSegment(tr("By field"), QStringLiteral("groupByField"));
    m_grouping->addSegment(tr("By type"), QStringLiteral("groupByType"));
    m_grouping->addSegment(tr("Flat"), QStringLiteral("groupFlat"));
    // What the session shows stays what it is when the page is built anew.
    m_grouping->setCurrentIndex(
        static_cast<int>(std::ranges::find(Groupings, m_session->grouping()) - Groupings.begin()));
    connect(m_grouping, &Segmented::currentChanged, this, [this](int index) {
        m_session->setGrouping(Groupings[static_cast<std::size_t>(index)]);
    });
    m_search = new SearchField(tr("Filter: entity, field, value"));
    m_search->setObjectName(QStringLiteral("differenceFilter"));
    m_search->setAccessibleName(tr("Filter the differences"));
    m_search->setText(toText(m_session->filter().text));
    connect(m_search, &SearchField::searched, this, &DifferencesPane::applyFilter);
    m_open = new Button(ButtonKind::Plain, Symbol::Filter, tr("Open"));
    m_open->setObjectName(QStringLiteral("onlyOpen"));
    m_open->setCheckable(true);
    m_open->setChecked(m_session->filter().open);
    m_open->setToolTip(tr("Only differences that are not resolved"));
    connect(m_open, &QPushButton::toggled, this, &DifferencesPane::applyFilter);
    m_hidden = new Button(ButtonKind::Plain, {});
    m_hidden->setObjectName(QStringLiteral("onlyHidden"));
    m_hidden->setCheckable(true);
    m_hidden->setToolTip(tr("Only differences that ignore rules hide"));
    m_hidden->setChecked(m_session->filter().hidden);
    connect(m_hidden, &QPushButton::toggled, this, &DifferencesPane::applyFilter);
    row->addWidget(m_grouping);
    row->addWidget(m_search, 1);
    row->addWidget(m_hidden);
    row->addWidget(m_open);
    return tools;
}

void DifferencesPane::makeTree()
{
    m_tree = new TreeView;
    m_tree->setObjectName(QStringLiteral("differencesView"));
    m_tree->setAccessibleName(tr("Differences"));
    m_tree->setUniformRowHeights(true);
    m_tree->setModel(m_session->model());
    m_tree->setCellDelegate(new DifferenceDelegate(m_tree));
    m_tree->setRowHeight(26);
    fitColumns();
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) {
                const QString id = current.data(DifferenceModel::IdRole).toString();
                if (!id.isEmpty())
                    Q_EMIT selected(id);
            });
    // A row that is selected before it is here is opened when it comes.
    connect(m_session->model(), &QAbstractItemModel::dataChanged, this, [this] {
        const QString id = m_tree->currentIndex().data(DifferenceModel::IdRole).toString();
        if (!id.isEmpty() && !m_session->shown() && !m_session->isOpening())
            Q_EMIT selected(id);
    });
}

// In a small window the time found and the repair give way to ids and values.
void DifferencesPane::fitColumns()
{
    const int tight = width() < 620 ? 1 : 0;
    if (tight == m_tight)
        return;
    m_tight = tight;
    m_export->setText(tight ? QString() : tr("Export…"));
    m_propose->setText(tight ? tr("Propose…") : tr("Propose repairs…"));
    std::vector<TableColumn> columns{{DifferenceModel::Entity, CellKind::Text, 190, true, 170},
                                     {DifferenceModel::Type, CellKind::Chip, 106},
                                     {DifferenceModel::Legacy, CellKind::Mono, 0}, // both as wide: one cut for both
                                     {DifferenceModel::New, CellKind::Mono, 0}};
    if (!tight) {
        columns.push_back({DifferenceModel::Found, CellKind::SecondaryNumber, 64});
        columns.push_back({DifferenceModel::Repair, CellKind::Chip, 84});
    }
    m_tree->setColumns(columns);
}

void DifferencesPane::resizeEvent(QResizeEvent *event)
{
    Pane::resizeEvent(event);
    fitColumns();
}

void DifferencesPane::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void DifferencesPane::applyFilter()
{
    DifferenceFilter filter = m_session->filter();
    filter.text = toUtf8(m_search->text().trimmed());
    filter.open = m_open->isChecked();
    filter.hidden = m_hidden->isChecked();
    if (!filter.hidden)
        filter.ignoreRuleId.clear();
    m_session->setFilter(filter);
}

// Small groups stand open, and the first in any case: there is something to see at once.
void DifferencesPane::expandFirst()
{
    const auto &groups = m_session->model()->groups();
    if (m_session->model()->grouping() == DifferenceGrouping::Flat)
        return;
    for (std::size_t at = 0; at < groups.size(); ++at)
        if (at == 0 || groups[at].count <= OpenUpTo)
            m_tree->setExpanded(m_session->model()->index(static_cast<int>(at), 0), true);
}

// All of the group that is looked at, and of the check the list is of.
ProposalFilter DifferencesPane::proposalFilter() const
{
    ProposalFilter filter;
    filter.checkId = m_session->filter().checkId;
    const QModelIndex current = m_tree->currentIndex();
    const QModelIndex group = current.parent().isValid() ? current.parent() : current;
    const auto &groups = m_session->model()->groups();
    if (!group.isValid() || group.row() >= static_cast<int>(groups.size()))
        return filter;
    const std::string key = groups[static_cast<std::size_t>(group.row())].key.value_or(std::string());
    if (m_session->model()->grouping() == DifferenceGrouping::Field)
        filter.field = key;
    else if (m_session->model()->grouping() == DifferenceGrouping::Type)
        filter.type = key;
    return filter;
}

// Tasks are made by what the comparator filters by, and that is not a text.
void DifferencesPane::syncPropose()
{
    QString why = m_session->repairObstacle();
    if (why.isEmpty() && m_session->filter().hidden)
        why = tr("What ignore rules hide is not repaired.");
    if (why.isEmpty() && !m_session->filter().text.empty())
        why = tr("Not by a text: clear the filter first.");
    m_propose->setBlocked(why);
    if (why.isEmpty())
        m_propose->setToolTip(tr("A repair task for all differences of a filter"));
}

// The filter may have been set elsewhere: to what one rule hides, or anew with another connection.
void DifferencesPane::syncTools()
{
    const DifferenceFilter &filter = m_session->filter();
    const QSignalBlocker quietHidden(m_hidden);
    const QSignalBlocker quietOpen(m_open);
    const QSignalBlocker quietSearch(m_search);
    m_hidden->setChecked(filter.hidden);
    m_open->setChecked(filter.open);
    if (filter.hidden && !filter.ignoreRuleId.empty() && filter.text.empty() && !m_search->hasFocus())
        m_search->clear();
    m_hidden->setVisible(filter.hidden || m_session->ignored() > 0);
    m_hidden->setText(tr("%1 hidden").arg(countText(m_session->ignored())));
}

void DifferencesPane::sync()
{
    m_tree->setStale(m_session->isStale());
    m_tree->setRootIsDecorated(m_session->model()->grouping() != DifferenceGrouping::Flat);
    const std::int64_t newer = m_session->newer();
    m_newer->setVisible(newer > 0 || m_session->isOutdated());
    m_newer->setText(newer > 0 ? tr("%1 newer · show").arg(countText(newer)) : tr("ignore rules changed it · show"));
    syncTools();
    syncPropose();
    const bool ready = m_session->phase() == LoadPhase::Ready;
    setSubtitle(!ready                     ? QString()
                : m_session->filter().hidden
                    ? (m_session->filter().ignoreRuleId.empty() ? tr("%1 hidden") : tr("%1 hidden by one rule"))
                          .arg(countText(m_session->total()))
                : m_session->filter().open ? tr("%1 open").arg(countText(m_session->total()))
                                           : tr("%1 in all").arg(countText(m_session->total())));
    if (m_session->model()->rowCount() > 0) {
        m_state->showContent();
    } else if (m_session->phase() == LoadPhase::Failed) {
        m_state->showError(tr("The differences could not be read"),
                           errorText(m_session->error()),
                           tr("They are stored in the comparator; nothing is lost."));
    } else if (!ready) {
        m_state->showLoading(26);
    } else if (!m_session->filter().text.empty()) {
        m_state->showEmpty(tr("Nothing matches"), tr("No difference holds this text."), {},
                           Glyph::Question);
    } else if (m_session->filter().hidden) {
        m_state->showEmpty(tr("Nothing is hidden"), tr("No ignore rule hides a difference by these filters."), {}, Glyph::Check);
    } else {
        m_state->showEmpty(tr("No open difference"),
                           tr("What a check finds and confirms by reading again is listed here."),
                           {}, Glyph::Check);
    }
}

} // namespace crossfade
