// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/differencefieldmodel.h"
#include "models/session/differencessession.h"
#include "ui/shared/pane.h"

class QGridLayout;

namespace crossfade {

class Button;
class Chip;
class ElidingLabel;
class PlatformLabel;
class ReasonField;
class StateView;
class TableView;
class TextLabel;

// One entity as both platforms hold it, field by field, around the difference that was opened; and
// what can be done about it.
class DifferenceView : public Pane {
    Q_OBJECT
public:
    explicit DifferenceView(DifferencesSession *session, QWidget *parent = nullptr);

Q_SIGNALS:
    void repairOpened(const QString &repairId);

private:
    QWidget *makeContent();
    QWidget *makeHeads();
    QWidget *makeFacts();
    void makeActions();
    void sync();
    void syncFacts(const EntityView &view);
    void syncIgnored(const DifferenceRow &row);
    void syncActions(const EntityView &view);

    DifferencesSession *m_session;
    DifferenceFieldModel m_fields;
    StateView *m_state = nullptr;
    Chip *m_differs = nullptr;
    ElidingLabel *m_legacyTime = nullptr;
    ElidingLabel *m_newTime = nullptr;
    TableView *m_table = nullptr;
    ElidingLabel *m_cause = nullptr;
    ElidingLabel *m_seen = nullptr;
    ElidingLabel *m_repairFact = nullptr;
    TextLabel *m_ignoredName = nullptr;
    ElidingLabel *m_ignored = nullptr;
    ElidingLabel *m_note = nullptr;
    QWidget *m_bar = nullptr;
    ReasonField *m_reason = nullptr;
    Button *m_repair = nullptr;
    Button *m_recheck = nullptr;
    Button *m_resolve = nullptr;
    Button *m_ignore = nullptr;
};

} // namespace crossfade
