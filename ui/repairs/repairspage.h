// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/repairssession.h"
#include "ui/frame/page.h"

namespace crossfade {

class Button;
class Pane;
class RepairDetail;
class SearchField;
class Segmented;
class StaleChip;
class StateView;
class TableView;

// The inbox of repair tasks: list and detail, decided with keys.
class RepairsPage : public Page {
    Q_OBJECT
public:
    explicit RepairsPage(RepairsSession *session, QWidget *parent = nullptr);

    void showObject(const QString &object) override; // "repair:ID"
    void refresh() override;
    void focusFilter() override;
    QList<PaletteEntry> paletteEntries() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeTitle();
    Pane *makeList();
    void makeKeys();
    void openAssignment();
    void markListed();
    void sync();
    void syncState();
    bool select(const QString &id);
    void selectAfter(const QString &id);

    RepairsSession *m_session;
    RepairFilter m_filter;
    Segmented *m_inboxes = nullptr;
    SearchField *m_search = nullptr;
    StaleChip *m_stale = nullptr;
    Pane *m_list = nullptr;
    TableView *m_table = nullptr;
    StateView *m_state = nullptr;
    Button *m_bulk = nullptr;
    RepairDetail *m_detail = nullptr;
    QString m_wanted; // asked for before it was here
};

} // namespace crossfade
