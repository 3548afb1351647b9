// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/auditmodel.h"
#include "ui/frame/page.h"

class QComboBox;
class QTimer;

namespace crossfade {

class AuditSession;
class Button;
class Chip;
class ElidingLabel;
class Pane;
class SearchField;
class Segmented;
class StaleChip;
class StateView;
class TableView;
class TextLabel;

// Who did what, when and why; whether the chain is whole; everything as a file.
class AuditPage : public Page {
    Q_OBJECT
public:
    explicit AuditPage(AuditSession *session, QWidget *parent = nullptr);

    void refresh() override;
    void focusFilter() override;
    void showObject(const QString &object) override; // "object:ID", "policy:ID", …

private:
    QWidget *makeTitle();
    QWidget *makeFilters();
    QWidget *makeDetail();
    void showFilter();
    void applyFilter();
    void showList();
    void showEntry();
    void showVerification();
    void chooseExport(int format);

    AuditSession *m_session;
    Segmented *m_service;
    SearchField *m_who;
    SearchField *m_action;
    SearchField *m_object;
    QComboBox *m_since;
    Pane *m_pane;
    StaleChip *m_stale;
    Button *m_newer;
    TableView *m_table;
    StateView *m_state;
    TextLabel *m_problem;
    Chip *m_chain;
    Button *m_verify;
    Button *m_csv;
    Button *m_ndjson;
    ElidingLabel *m_note;
    Pane *m_detail;
    TextLabel *m_facts;
    TableView *m_changes;
    AuditChangeModel *m_changeModel;
    int m_newEntries = 0;
};

} // namespace crossfade
