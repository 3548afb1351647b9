// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/repairspage.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/repairs/assignmentrulesdialog.h"
#include "ui/repairs/bulkdialog.h"
#include "ui/repairs/markedbar.h"
#include "ui/repairs/repaircells.h"
#include "ui/repairs/repairdetail.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QShortcut>
#include <QSplitter>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int MaxPaletteTasks = 500;

} // namespace

RepairsPage::RepairsPage(RepairsSession *session, QWidget *parent)
    : Page(QStringLiteral("repairs"), tr("Repairs"), parent)
    , m_session(session)
{
    m_filter.setSourceModel(m_session->model());
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(PageMargin, 8, PageMargin, PageMargin);
    all->setSpacing(Gap);
    all->addWidget(makeTitle());
    m_detail = new RepairDetail(m_session);
    m_detail->setMinimumWidth(460);
    m_list = makeList();
    auto *splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(m_detail);
    splitter->setSizes({556, 652});
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    all->addWidget(splitter, 1);
    makeKeys();
    connect(m_session, &RepairsSession::changed, this, &RepairsPage::sync);
    connect(m_detail, &RepairDetail::decided, this, &RepairsPage::selectAfter);
    sync();
}

QWidget *RepairsPage::makeTitle()
{
    auto *title = new QWidget;
    title->setFixedHeight(32);
    auto *row = new QHBoxLayout(title);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(new TextLabel(this->title(), FontRole::PageTitle));
    m_inboxes = new Segmented;
    m_inboxes->setObjectName(QStringLiteral("repairInboxes"));
    m_inboxes->setAccessibleName(tr("Which repair tasks"));
    for (const char *name : {"inboxOpen", "inboxMine", "inboxUnassigned", "inboxForApproval",
                             "inboxFailed", "inboxDone"})
        m_inboxes->addSegment(QStringLiteral("…"), QString::fromLatin1(name));
    m_inboxes->setCurrentIndex(0);
    connect(m_inboxes, &Segmented::currentChanged, this, [this](int index) {
        m_filter.setInbox(static_cast<RepairInbox>(index), m_session->owner());
        syncState();
    });
    row->addWidget(m_inboxes);
    m_stale = new StaleChip;
    row->addWidget(m_stale);
    row->addStretch(1);
    m_search = new SearchField(tr("Filter"));
    m_search->setToolTip(tr("Shows the tasks whose field, type, entity or person has this in it"));
    m_search->setObjectName(QStringLiteral("repairFilter"));
    m_search->setAccessibleName(tr("Filter the repair tasks"));
    m_search->setMaximumWidth(260);
    m_search->setMinimumWidth(140);
    connect(m_search, &SearchField::searched, this, [this](const QString &text) {
        m_filter.setText(text);
        syncState();
    });
    row->addWidget(m_search, 2);
    m_bulk = new Button(tr("Decide by filter…"));
    m_bulk->setObjectName(QStringLiteral("decideByFilter"));
    connect(m_bulk, &QPushButton::clicked, this,
            [this] { openDialog(new BulkDialog(m_session, m_search->text().trimmed(), this)); });
    row->addWidget(m_bulk);
    auto *rules = new Button(tr("Assignment…"));
    rules->setObjectName(QStringLiteral("openAssignment"));
    rules->setToolTip(tr("Who gets new repairs to see to"));
    connect(rules, &QPushButton::clicked, this, &RepairsPage::openAssignment);
    row->addWidget(rules);
    return title;
}

void RepairsPage::openAssignment()
{
    QStringList types;
    for (const RepairRow &repair : m_session->model()->rows())
        if (const QString type = toText(repair.entityType); !types.contains(type))
            types << type;
    types.sort();
    openDialog(new AssignmentRulesDialog(m_session->connection(), types, this));
}

Pane *RepairsPage::makeList()
{
    auto *pane = new Pane(tr("Tasks"));
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("repairList"));
    m_table->setAccessibleName(tr("Repair tasks"));
    m_table->setModel(&m_filter);
    m_table->setCellDelegate(new RepairCells(m_table));
    m_table->setSortingEnabled(true);
    m_table->setRowHeight(30);
    m_table->setColumns({{RepairModel::Mark, CellKind::Text, 34, false},
                         {RepairModel::Task, CellKind::Secondary, 76},
                         {RepairModel::Entity, CellKind::Strong, 128, true, 120},
                         {RepairModel::Change, CellKind::Text, 0},
                         {RepairModel::State, CellKind::Chip, 104},
                         {RepairModel::Age, CellKind::SecondaryNumber, 72}});
    m_table->sortByColumn(RepairModel::Age, Qt::DescendingOrder);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) {
                m_detail->setTask(current.data(RepairModel::IdRole).toString());
                // The list may not change under a selection that is just changing.
                QMetaObject::invokeMethod(
                    this, [this] { m_filter.setPinned(m_detail->task()); }, Qt::QueuedConnection);
            });
    m_state = new StateView(m_table);
    m_state->setObjectName(QStringLiteral("repairsState"));
    connect(m_state, &StateView::retry, m_session, &RepairsSession::refresh);
    pane->setContent(m_state);
    QHBoxLayout *foot = pane->addFootBar();
    foot->addWidget(new MarkedBar(m_session), 1);
    return pane;
}

void RepairsPage::makeKeys()
{
    const auto key = [this](Qt::Key key, void (RepairDetail::*act)()) {
        auto *shortcut = new QShortcut(QKeySequence(key), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        shortcut->setAutoRepeat(false); // the next task comes up by itself: a held key would decide it too
        connect(shortcut, &QShortcut::activated, m_detail, act);
    };
    key(Qt::Key_A, &RepairDetail::approve);
    key(Qt::Key_R, &RepairDetail::reject);
    key(Qt::Key_S, &RepairDetail::assign);
    key(Qt::Key_L, &RepairDetail::schedule);
    key(Qt::Key_U, &RepairDetail::undo);
    m_table->installEventFilter(this);
}

void RepairsPage::markListed()
{
    std::vector<std::string> ids;
    for (int row = 0; row < m_filter.rowCount() && ids.size() < RepairModel::MaxMarked; ++row)
        ids.push_back(toUtf8(m_filter.index(row, 0).data(RepairModel::IdRole).toString()));
    m_session->model()->markAll(ids);
}

// Space marks the row, wherever in it the focus is; Ctrl+A all that are listed.
bool RepairsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_table || event->type() != QEvent::KeyPress)
        return Page::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->matches(QKeySequence::SelectAll)) {
        if (!key->isAutoRepeat())
            markListed();
        return true;
    }
    if (key->key() != Qt::Key_Space || key->modifiers() != Qt::NoModifier)
        return Page::eventFilter(watched, event);
    const QModelIndex cell = m_table->currentIndex().siblingAtColumn(RepairModel::Mark);
    if (cell.isValid() && !key->isAutoRepeat())
        m_filter.setData(cell, !cell.data(Qt::EditRole).toBool());
    return true;
}

void RepairsPage::sync()
{
    const auto counts = m_session->counts();
    const std::array names{tr("Open"),         tr("Mine"),   tr("Unassigned"),
                           tr("For approval"), tr("Failed"), tr("Done")};
    const bool ready = m_session->phase() == LoadPhase::Ready;
    for (std::size_t at = 0; at < names.size(); ++at)
        m_inboxes->setSegmentText(
            static_cast<int>(at),
            ready ? QStringLiteral("%1 %2").arg(names[at]).arg(counts[at]) : names[at]);
    // The person the token belongs to may be known only now.
    m_filter.setInbox(m_filter.inbox(), m_session->owner());
    const bool stale = ready && m_session->isStale();
    m_table->setStale(stale);
    m_stale->setAge(m_session->ageMs());
    m_stale->setStale(stale);
    const int unassigned = counts[static_cast<std::size_t>(RepairInbox::Unassigned)];
    setBadge(unassigned > 0 ? QString::number(unassigned) : QString());
    m_bulk->setBlocked(m_session->decisionObstacle());
    syncState();
    if (!m_wanted.isEmpty() && select(m_wanted))
        m_wanted.clear();
    else if (m_wanted.isEmpty() && !m_table->currentIndex().isValid() && m_detail->task().isEmpty() &&
             m_filter.rowCount() > 0)
        m_table->setCurrentIndex(m_filter.index(0, RepairModel::Entity));
}

void RepairsPage::syncState()
{
    m_list->setSubtitle(m_session->phase() == LoadPhase::Ready
                            ? m_session->leftOut() > 0 ? tr("%1, the newest %2 are here")
                                                             .arg(countText(m_filter.rowCount()))
                                                             .arg(countText(m_session->model()->rowCount()))
                                                       : countText(m_filter.rowCount())
                            : QString());
    if (m_filter.rowCount() > 0)
        m_state->showContent();
    else if (m_session->phase() == LoadPhase::Failed)
        m_state->showError(tr("The repair tasks could not be read"), errorText(m_session->error()),
                           tr("Nothing is repaired without an approval."));
    else if (m_session->phase() != LoadPhase::Ready)
        m_state->showLoading(30);
    else if (!m_search->text().trimmed().isEmpty())
        m_state->showEmpty(tr("Nothing matches"), tr("No task here holds this text."), {},
                           Glyph::Question);
    else
        m_state->showEmpty(tr("No task here"),
                           tr("A repair task is made from a difference, on the Consistency page."),
                           {}, Glyph::Check);
}

bool RepairsPage::select(const QString &id)
{
    for (int row = 0; row < m_filter.rowCount(); ++row) {
        const QModelIndex index = m_filter.index(row, RepairModel::Entity);
        if (index.data(RepairModel::IdRole).toString() != id)
            continue;
        m_table->setCurrentIndex(index);
        m_table->scrollTo(index);
        return true;
    }
    return false;
}

// The decided task leaves its inbox soon: the one below it is next.
void RepairsPage::selectAfter(const QString &id)
{
    // Among all open tasks it stays to be watched until it is through.
    if (m_filter.inbox() == RepairInbox::Open || m_filter.inbox() == RepairInbox::Done)
        return;
    for (int row = 0; row + 1 < m_filter.rowCount(); ++row)
        if (m_filter.index(row, 0).data(RepairModel::IdRole).toString() == id)
            m_table->setCurrentIndex(m_filter.index(row + 1, RepairModel::Entity));
}

void RepairsPage::showObject(const QString &object)
{
    if (!object.startsWith(QLatin1String("repair:")))
        return;
    const QString id = object.section(QLatin1Char(':'), 1);
    m_search->clear();
    m_filter.setText({});
    const RepairRow *row = m_session->model()->rowOf(id);
    m_inboxes->setCurrentIndex(
        static_cast<int>(row && !row->isOpen() ? RepairInbox::Done : RepairInbox::Open));
    if (!select(id)) {
        m_wanted = id;
        m_session->refresh();
    }
}

void RepairsPage::refresh()
{
    m_session->refresh();
}

void RepairsPage::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

QList<PaletteEntry> RepairsPage::paletteEntries() const
{
    QList<PaletteEntry> entries;
    for (const RepairRow &row : m_session->model()->rows()) {
        if (entries.size() == MaxPaletteTasks)
            break;
        entries << PaletteEntry{tr("repair %1 %2").arg(toText(row.entityType).toLower(),
                                                       toText(row.entityId)),
                                toText(row.status) + QStringLiteral(" · ") + repairChangeText(row),
                                QStringLiteral("repair:") + toText(row.id)};
    }
    return entries;
}

} // namespace crossfade
