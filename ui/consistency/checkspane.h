// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/consistencysession.h"
#include "ui/shared/pane.h"

namespace crossfade {

class StateView;
class TableView;

// The checks with their trend and last run.
class ChecksPane : public Pane {
    Q_OBJECT
public:
    explicit ChecksPane(ConsistencySession *session, QWidget *parent = nullptr);
    QString selectedId() const;
    void select(const QString &checkId);

Q_SIGNALS:
    void selected(const QString &checkId);
    void createWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void sync();
    void fitColumns();

    ConsistencySession *m_session;
    TableView *m_table = nullptr;
    StateView *m_state = nullptr;
    int m_tight = -1; // 0 or 1 once known
};

} // namespace crossfade
