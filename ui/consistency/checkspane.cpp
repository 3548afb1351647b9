// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/checkspane.h"

#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QItemSelectionModel>
#include <QVBoxLayout>

namespace crossfade {

ChecksPane::ChecksPane(ConsistencySession *session, QWidget *parent)
    : Pane(tr("Checks"), parent)
    , m_session(session)
{
    setSubtitle(tr("trend of the last runs"));
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("checksTable"));
    m_table->setAccessibleName(tr("Consistency checks"));
    m_table->setModel(m_session->model());
    m_table->setRowHeight(26);
    fitColumns();
    m_state = new StateView(m_table);
    m_state->setObjectName(QStringLiteral("checksState"));
    setContent(m_state);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { Q_EMIT selected(selectedId()); });
    connect(m_session, &ConsistencySession::changed, this, &ChecksPane::sync);
    connect(m_state, &StateView::retry, m_session, &ConsistencySession::refresh);
    connect(m_state, &StateView::emptyAction, this, &ChecksPane::createWanted);
    sync();
}

// What the sparkline shows besides, its threshold, gives way in a small window, and the data type.
void ChecksPane::fitColumns()
{
    const int tight = width() < 760 ? 1 : 0;
    if (tight == m_tight)
        return;
    m_tight = tight;
    std::vector<TableColumn> columns{{CheckModel::Check, CellKind::Strong, 0}};
    if (!tight)
        columns.push_back({CheckModel::DataType, CellKind::Secondary, 94});
    columns.push_back({CheckModel::Consistent, CellKind::Number, 84});
    if (!tight)
        columns.push_back({CheckModel::Threshold, CellKind::SecondaryNumber, 80});
    columns.push_back({CheckModel::Trend, CellKind::Sparkline, 112});
    columns.push_back({CheckModel::Open, CellKind::Number, 62});
    columns.push_back({CheckModel::LastRun, CellKind::Secondary, 106});
    columns.push_back({CheckModel::State, CellKind::Chip, 138});
    m_table->setColumns(columns);
}

void ChecksPane::resizeEvent(QResizeEvent *event)
{
    Pane::resizeEvent(event);
    fitColumns();
}

QString ChecksPane::selectedId() const
{
    return m_table->currentIndex().data(CheckModel::IdRole).toString();
}

void ChecksPane::select(const QString &checkId)
{
    for (int row = 0; row < m_session->model()->rowCount(); ++row) {
        const QModelIndex index = m_session->model()->index(row, 0);
        if (index.data(CheckModel::IdRole).toString() == checkId)
            m_table->setCurrentIndex(index);
    }
}

void ChecksPane::sync()
{
    m_table->setStale(m_session->isStale());
    if (m_session->model()->rowCount() > 0) {
        m_state->showContent();
        if (!m_table->currentIndex().isValid())
            m_table->setCurrentIndex(m_session->model()->index(0, 0));
    } else if (m_session->phase() == LoadPhase::Failed) {
        m_state->showError(tr("The checks could not be read"), errorText(m_session->error()),
                           tr("Runs that are under way go on in the comparator."));
    } else if (m_session->phase() != LoadPhase::Ready) {
        m_state->showLoading(26);
    } else {
        m_state->showEmpty(tr("No check yet"),
                           tr("A check compares a mapped table of LEGACY and NEW, row by row."),
                           tr("New check…"), Glyph::Plus);
        if (m_state->emptyButton())
            m_state->emptyButton()->setBlocked(m_session->createObstacle());
    }
}

} // namespace crossfade
