// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the dialog of the channels is laid out.
#include "ui/channels/channelsdialog.h"

#include "ui/shared/buttons.h"
#include "ui/shared/factlist.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr QSize ChannelsSize{968, 660}; // beside ROLL BACK where the window is smallest
constexpr int DetailWidth = 340;

Button *actionButton(const QString &text, const char *name, QWidget *parent)
{
    auto *button = new Button(text, parent);
    button->setObjectName(QLatin1String(name));
    button->setAutoDefault(false);
    return button;
}

} // namespace

ChannelsDialog::ChannelsDialog(ChannelsSession *session, QWidget *parent)
    : QDialog(parent), m_session(session)
{
    setObjectName(QStringLiteral("channelsDialog"));
    const QString profile = session->connection()->profileName();
    setWindowTitle(profile.isEmpty() ? tr("Alert channels") : tr("Alert channels — %1").arg(profile));
    resize(ChannelsSize);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    buildHead(column);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(buildList(), 1);
    row->addWidget(buildDetail());
    column->addLayout(row, 3);
    column->addWidget(buildDeliveries(), 2);
    buildFoot(column);
    connectSession();
    sync();
    m_table->setFocus();
    if (m_session->phase() != LoadPhase::Loading)
        m_session->refresh(); // what came of the last alerts
}

ChannelsDialog::~ChannelsDialog()
{
    m_session->disconnect(this);
    m_session->look({});
}

void ChannelsDialog::buildHead(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(new TextLabel(tr("Alert channels"), FontRole::DialogTitle, Ink::Text, this));
    m_stale = new StaleChip(this);
    row->addWidget(m_stale);
    row->addWidget(new ElidingLabel(tr("who is told of alerts beside this console, and what came of it"),
                                    FontRole::Body, Ink::Secondary, this), 1);
    column->addLayout(row);
}

Pane *ChannelsDialog::buildList()
{
    auto *pane = new Pane(tr("Channels"), this);
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("channelsTable"));
    m_table->setAccessibleName(tr("Alert channels"));
    m_table->setModel(m_session->model());
    m_table->setColumns({{ChannelModel::State, CellKind::Chip, 108},
                         {ChannelModel::Name, CellKind::Text, 0},
                         {ChannelModel::Kind, CellKind::Secondary, 80},
                         {ChannelModel::Where, CellKind::Text, 0},
                         {ChannelModel::Severity, CellKind::Secondary, 84}}); // its alerts are among the facts
    m_state = new StateView(m_table);
    m_state->setObjectName(QStringLiteral("channelsState"));
    pane->setContent(m_state);
    QHBoxLayout *foot = pane->addFootBar();
    m_add = actionButton(tr("Add…"), "addChannel", pane);
    m_edit = actionButton(tr("Edit…"), "editChannel", pane);
    m_delete = actionButton(tr("Delete…"), "deleteChannel", pane);
    for (Button *button : {m_add, m_edit, m_delete})
        foot->addWidget(button);
    foot->addStretch(1);
    connect(m_add, &QPushButton::clicked, this, [this] { openEditor(true); });
    connect(m_edit, &QPushButton::clicked, this, [this] { openEditor(false); });
    connect(m_delete, &QPushButton::clicked, this, &ChannelsDialog::askDelete);
    connect(m_state, &StateView::retry, m_session, &ChannelsSession::refresh);
    connect(m_state, &StateView::emptyAction, this, [this] { openEditor(true); });
    connect(m_table, &TableView::rowActivated, this, [this] {
        if (m_edit->isEnabled())
            openEditor(false);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        m_session->look(selectedId());
        syncFacts();
        syncButtons();
    });
    return pane;
}

Pane *ChannelsDialog::buildDetail()
{
    m_detail = new Pane(tr("Channel"), this);
    m_detail->setFixedWidth(DetailWidth);
    m_facts = new FactList(m_detail);
    m_facts->setObjectName(QStringLiteral("channelFacts"));
    m_nothing = new TextLabel(tr("No channel is chosen."), FontRole::Body, Ink::Secondary, m_detail);
    m_nothing->setMargin(12);
    m_detail->body()->addWidget(m_facts);
    m_detail->body()->addWidget(m_nothing);
    m_detail->body()->addStretch(1);
    QHBoxLayout *foot = m_detail->addFootBar();
    m_test = actionButton(tr("Send a test"), "testChannel", m_detail);
    foot->addWidget(m_test);
    foot->addStretch(1);
    connect(m_test, &QPushButton::clicked, this, &ChannelsDialog::sendTest);
    return m_detail;
}

Pane *ChannelsDialog::buildDeliveries()
{
    m_deliveriesPane = new Pane(tr("Last deliveries"), this);
    m_deliveriesPane->setSubtitle(tr("kept for 30 days"));
    m_deliveries = new TableView;
    m_deliveries->setObjectName(QStringLiteral("deliveriesTable"));
    m_deliveries->setAccessibleName(tr("Last deliveries"));
    m_deliveries->setModel(m_session->deliveries());
    m_deliveries->setColumns({{DeliveryModel::When, CellKind::Secondary, 110},
                              {DeliveryModel::Alert, CellKind::Strong, 220},
                              {DeliveryModel::State, CellKind::Chip, 110},
                              {DeliveryModel::Attempts, CellKind::Number, 84},
                              {DeliveryModel::Said, CellKind::Text, 0}});
    m_deliveriesState = new StateView(m_deliveries);
    m_deliveriesState->setObjectName(QStringLiteral("deliveriesState"));
    m_deliveriesPane->setContent(m_deliveriesState);
    connect(m_deliveriesState, &StateView::retry, m_session, &ChannelsSession::loadDeliveries);
    return m_deliveriesPane;
}

void ChannelsDialog::buildFoot(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    m_note = new TextLabel({}, FontRole::Body, Ink::Secondary, this);
    m_note->setObjectName(QStringLiteral("dialogNote"));
    m_note->setWordWrap(true);
    Button *close = actionButton(tr("Close"), "closeButton", this);
    row->addWidget(m_note, 1);
    row->addWidget(close);
    column->addLayout(row);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace crossfade
