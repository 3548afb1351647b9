// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/mappingssession.h"

#include <QDialog>

namespace crossfade {

class Button;
class StaleChip;
class StateView;
class TableView;
class TextLabel;

// The mappings there are: which table of LEGACY answers which of NEW.
class MappingsDialog : public QDialog {
    Q_OBJECT
public:
    explicit MappingsDialog(Connection *connection, QWidget *parent = nullptr);

Q_SIGNALS:
    void stored(); // a mapping was made, changed or deleted

private:
    void sync();
    const MappingEntry *selected() const;
    void openEditor(bool anew);
    void askDelete();
    void say(const QString &text, bool red);

    MappingsSession *m_session;
    std::string m_wanted; // chosen once it is in the list
    std::string m_chosen; // stays chosen when the list is read anew
    StaleChip *m_stale = nullptr;
    TableView *m_table = nullptr;
    StateView *m_state = nullptr;
    Button *m_add = nullptr;
    Button *m_edit = nullptr;
    Button *m_delete = nullptr;
    TextLabel *m_note = nullptr;
    bool m_removing = false;
};

} // namespace crossfade
