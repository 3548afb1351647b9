// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/differenceexport.h"
#include "models/session/differencessession.h"

#include <QDialog>

namespace crossfade {

class Button;
class Segmented;
class TextLabel;

// Writes what the list of differences shows to a file: as a table, line by line, or as the statements of the repairs.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ExportDialog(DifferencesSession *session, QWidget *parent = nullptr);

    void reject() override; // an export under way is given up

private:
    void sync();
    void chooseFile();
    void say(const QString &text, bool red);

    DifferencesSession *m_session;
    DifferenceExport *m_export;
    Segmented *m_format = nullptr;
    TextLabel *m_what = nullptr;
    TextLabel *m_about = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_stop = nullptr;
    Button *m_close = nullptr;
    Button *m_write = nullptr;
};

} // namespace crossfade
