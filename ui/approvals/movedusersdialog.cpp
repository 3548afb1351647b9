// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approvals/movedusersdialog.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/approvals/movedusersmodel.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace crossfade {

int MovedUsersModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_users.size());
}

int MovedUsersModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant MovedUsersModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::EditRole))
        return {};
    const MovedUser &user = m_users[static_cast<std::size_t>(index.row())];
    switch (static_cast<Column>(index.column())) {
    case User: return toText(user.userId);
    case From: return toText(user.from);
    case To: return toText(user.to);
    case Reason: return toText(user.reason);
    case ColumnCount: break;
    }
    return {};
}

QVariant MovedUsersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case User: return tr("User");
    case From: return tr("From");
    case To: return tr("To");
    case Reason: return tr("Reason");
    case ColumnCount: break;
    }
    return {};
}

void MovedUsersModel::setUsers(std::vector<MovedUser> users)
{
    beginResetModel();
    m_users = std::move(users);
    endResetModel();
}

MovedUsersDialog::MovedUsersDialog(ShiftSession *session, const std::string &previewId, bool toNew,
                                   QWidget *parent)
    : QDialog(parent), m_session(session), m_previewId(previewId), m_toNew(toNew),
      m_model(new MovedUsersModel(this)), m_count(new TextLabel({}, FontRole::Secondary, Ink::Secondary, this))
{
    setObjectName(QStringLiteral("movedUsersDialog"));
    setWindowTitle(toNew ? tr("Users who move to NEW") : tr("Users who move to LEGACY"));
    resize(620, 520);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(new TextLabel(windowTitle(), FontRole::DialogTitle, Ink::Text, this));
    auto *table = new TableView;
    table->setObjectName(QStringLiteral("movedUsersTable"));
    table->setAccessibleName(windowTitle());
    table->setModel(m_model);
    table->setColumns({{MovedUsersModel::User, CellKind::Mono, 0},
                       {MovedUsersModel::From, CellKind::Platform, 110},
                       {MovedUsersModel::To, CellKind::Platform, 110},
                       {MovedUsersModel::Reason, CellKind::Secondary, 170}});
    m_state = new StateView(table, this);
    auto *pane = new Pane({}, this);
    pane->setContent(m_state);
    auto *close = new Button(tr("Close"), this);
    close->setObjectName(QStringLiteral("closeButton"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_count, 1);
    row->addWidget(close);
    column->addWidget(pane, 1);
    column->addLayout(row);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_state, &StateView::retry, this, &MovedUsersDialog::load);
    load();
}

void MovedUsersDialog::open(ShiftSession *session, const std::string &previewId, bool toNew, QWidget *parent)
{
    openDialog(new MovedUsersDialog(session, previewId, toNew, parent));
}

void MovedUsersDialog::load()
{
    m_state->showLoading();
    m_session->previewMembers(m_previewId, m_toNew, this,
                              [this](const Result<std::vector<MovedUser>> &users) { fill(users); });
}

void MovedUsersDialog::fill(const Result<std::vector<MovedUser>> &users)
{
    if (!users) {
        m_state->showError(tr("The list can't be read"), errorText(users.error()));
        return;
    }
    m_count->setText(tr("the first %1 users").arg(countText(static_cast<qint64>(users->size()))));
    if (users->empty())
        m_state->showEmpty(tr("Nobody moves"), tr("No known user changes side by this."), {}, Glyph::Circle);
    else
        m_state->showContent();
    m_model->setUsers(*users);
}

} // namespace crossfade
