// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/ruletransfersession.h"

#include <QDialog>

namespace crossfade {

class Button;
class FactList;
class ReasonField;
class Segmented;
class StateView;
class TableView;
class TextLabel;

// What the import of a file would do, row by row, and the button that does it. Closes once it is done.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    // `edits`: unsaved ones, of which is said what becomes of them.
    ImportDialog(RuleTransferSession *session, int edits, QWidget *parent);

    void reject() override; // not while the router stores it

Q_SIGNALS:
    void anotherFileWanted();

private:
    QWidget *makeParts();
    QWidget *makeButtons();
    void sync();
    void syncReport();
    void syncParts();
    void syncState();
    void syncNote();
    void syncButtons();
    void choosePart();
    QString progressText() const;

    RuleTransferSession *m_session;
    FactList *m_facts;
    Segmented *m_parts;
    TableView *m_table;
    StateView *m_state;
    ReasonField *m_reason;
    TextLabel *m_note;
    Button *m_another = nullptr;
    Button *m_cancel = nullptr;
    Button *m_import = nullptr;
    RuleTransferSession::Step m_shown = RuleTransferSession::Step::Idle;
};

} // namespace crossfade
