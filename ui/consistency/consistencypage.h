// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/consistencysession.h"
#include "models/session/differencessession.h"
#include "ui/frame/page.h"

namespace crossfade {

class Button;
class ChecksPane;
class Chip;
class DifferencesPane;
class DifferenceView;
class ElidingLabel;
class RunPane;
class StaleChip;

// Checks, the run of the chosen one, its differences, and one of them side by side.
class ConsistencyPage : public Page {
    Q_OBJECT
public:
    ConsistencyPage(ConsistencySession *checks, DifferencesSession *differences,
                    QWidget *parent = nullptr);

    void showObject(const QString &object) override; // "check:ID", "difference:ID"
    void refresh() override;
    void focusFilter() override;
    QList<PaletteEntry> paletteEntries() const override;

private:
    QWidget *makeTitle();
    void newCheck();
    void editCheck();
    void openMappings();
    void runPart();
    void sync();

    ConsistencySession *m_checks;
    DifferencesSession *m_differences;
    Chip *m_passing = nullptr;
    StaleChip *m_stale = nullptr;
    ElidingLabel *m_note = nullptr;
    Button *m_new = nullptr;
    Button *m_edit = nullptr;
    Button *m_part = nullptr;
    Button *m_run = nullptr;
    ChecksPane *m_checksPane = nullptr;
    RunPane *m_runPane = nullptr;
    DifferencesPane *m_list = nullptr;
    DifferenceView *m_view = nullptr;
};

} // namespace crossfade
