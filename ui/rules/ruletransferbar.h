// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/rulessession.h"

#include <QPointer>
#include <QWidget>

#include <functional>
#include <optional>

namespace crossfade {

class Button;
class ElidingLabel;
class ImportDialog;

// Import… and Export… of the rules, and what came of the last one.
class RuleTransferBar : public QWidget {
    Q_OBJECT
public:
    explicit RuleTransferBar(RulesSession *rules, QWidget *parent = nullptr);

    // As the buttons do, also for the palette; says why it can't be done.
    void startImport();
    void startExport(const RuleSelection &selection = {});
    // Asked when an export is: what the page shows, if it shows rules.
    using Shown = std::function<std::optional<RuleSelection>()>;
    void setShown(Shown shown) { m_shown = std::move(shown); }

private:
    void offerExport();
    void sync();
    void say(const QString &text, bool failed = false);
    void openFile(const QString &file);

    RulesSession *m_rules;
    RuleTransferSession *m_session;
    QPointer<ImportDialog> m_dialog;
    Shown m_shown;
    ElidingLabel *m_note;
    Button *m_import;
    Button *m_export;
};

} // namespace crossfade
