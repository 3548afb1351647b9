// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/ruletransferbar.h"

#include "models/items/timetext.h"
#include "ui/rules/importdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>

namespace crossfade {

namespace {

QFileDialog *fileDialog(QWidget *parent, const QString &title, const QString &filters, const char *name)
{
    auto *dialog = new QFileDialog(parent, title, {}, filters);
    dialog->setObjectName(QLatin1String(name));
    dialog->resize(760, 480);
    return dialog;
}

QString kindsText(RuleType kind)
{
    switch (kind) {
    case RuleType::User: return RuleTransferBar::tr("user rules");
    case RuleType::System: return RuleTransferBar::tr("system rules");
    case RuleType::Time: return RuleTransferBar::tr("time rules");
    }
    return {};
}

// In a menu; the operator's own text is no shortcut's mark.
QString selectionText(const RuleSelection &selection, const QFontMetrics &metrics)
{
    const QString kinds = kindsText(selection.kind.value_or(RuleType::User));
    if (selection.text.isEmpty())
        return RuleTransferBar::tr("Only what is shown: %1…").arg(kinds);
    QString text = metrics.elidedText(selection.text, Qt::ElideMiddle, 160);
    text.replace(QLatin1Char('&'), QLatin1String("&&"));
    return RuleTransferBar::tr("Only what is shown: %1 with “%2” in name, target or reason…").arg(kinds, text);
}

void allow(Button *button, const QString &obstacle, const QString &tip)
{
    button->setBlocked(obstacle);
    if (obstacle.isEmpty())
        button->setToolTip(tip);
}

} // namespace

RuleTransferBar::RuleTransferBar(RulesSession *rules, QWidget *parent)
    : QWidget(parent)
    , m_rules(rules)
    , m_session(rules->transfer())
    , m_note(new ElidingLabel)
    , m_import(new Button(ButtonKind::Plain, Symbol::Import, tr("Import…")))
    , m_export(new Button(ButtonKind::Plain, Symbol::Export, tr("Export…")))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_note->setObjectName(QStringLiteral("transferNote"));
    m_note->setElideMode(Qt::ElideMiddle);
    m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_import->setObjectName(QStringLiteral("importRules"));
    m_import->setAccessibleName(tr("Import rules from a file"));
    m_import->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_I));
    m_export->setObjectName(QStringLiteral("exportRules"));
    m_export->setAccessibleName(tr("Export rules to a file"));
    row->addWidget(m_note, 1);
    row->addWidget(m_import);
    row->addWidget(m_export);
    connect(m_import, &QPushButton::clicked, this, &RuleTransferBar::startImport);
    connect(m_export, &QPushButton::clicked, this, &RuleTransferBar::offerExport);
    connect(m_session, &RuleTransferSession::changed, this, &RuleTransferBar::sync);
    connect(m_session, &RuleTransferSession::exported, this, [this](const QString &file, qint64 bytes) {
        say(tr("Written: %1 (%2 bytes)").arg(QFileInfo(file).fileName(), countText(bytes)));
    });
    connect(m_session, &RuleTransferSession::exportFailed, this, [this](const QString &why) { say(why, true); });
    connect(m_session, &RuleTransferSession::imported, this, [this](const ImportReport &report) {
        say(tr("Imported: %1 new, %2 changed, %3 as before")
                .arg(countText(report.created), countText(report.updated), countText(report.unchanged)));
    });
    sync();
}

void RuleTransferBar::say(const QString &text, bool failed)
{
    m_note->setInk(failed ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

void RuleTransferBar::sync()
{
    const bool exporting = m_session->isExporting();
    allow(m_import, m_session->importObstacle(),
          tr("Rules from a CSV or JSON file; what it would do is shown first (Ctrl+Shift+I)"));
    allow(m_export, exporting ? QString() : m_session->exportObstacle(), tr("Rules to a CSV or JSON file, all or what is shown (Ctrl+Shift+E)"));
    m_export->setText(exporting ? tr("Stop export") : tr("Export…"));
    m_export->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)); // a new text takes it away
    if (exporting)
        say(tr("Export: %1 bytes so far …").arg(countText(m_session->received())));
}

void RuleTransferBar::startImport()
{
    if (const QString why = m_session->importObstacle(); !why.isEmpty()) {
        say(why, true);
        return;
    }
    QWidget *over = m_dialog != nullptr ? static_cast<QWidget *>(m_dialog) : this;
    QFileDialog *dialog = fileDialog(over, tr("Import rules"),
                                     tr("Rules (*.csv *.json)") + QStringLiteral(";;") + tr("All files (*)"),
                                     "importFileDialog");
    dialog->setAcceptMode(QFileDialog::AcceptOpen);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &RuleTransferBar::openFile);
    openDialog(dialog);
}

void RuleTransferBar::openFile(const QString &file)
{
    if (m_dialog != nullptr) {
        m_dialog->disconnect(this);
        m_dialog->reject();
    }
    m_session->check(file);
    m_dialog = new ImportDialog(m_session, m_rules->edits().count(), this);
    connect(m_dialog, &ImportDialog::anotherFileWanted, this, &RuleTransferBar::startImport);
    openDialog(m_dialog);
}

void RuleTransferBar::offerExport()
{
    const std::optional<RuleSelection> shown = m_shown ? m_shown() : std::nullopt;
    if (!shown || m_session->isExporting())
        return startExport();
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("exportMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("All rules…")), &QAction::triggered, this, [this] { startExport(); });
    connect(menu->addAction(selectionText(*shown, fontMetrics())), &QAction::triggered, this,
            [this, selection = *shown] { startExport(selection); });
    menu->popup(m_export->mapToGlobal(QPoint(0, m_export->height())));
}

void RuleTransferBar::startExport(const RuleSelection &selection)
{
    if (m_session->isExporting()) {
        m_session->cancelExport();
        say(tr("Export stopped; no file was written."));
        return;
    }
    if (const QString why = m_session->exportObstacle(); !why.isEmpty()) {
        say(why, true);
        return;
    }
    QFileDialog *dialog = fileDialog(this, selection.kind ? tr("Export the rules shown") : tr("Export all rules"), tr("CSV (*.csv)") + QStringLiteral(";;") + tr("JSON (*.json)"),
                                     "exportFileDialog");
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("crossfade-rules.csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        const bool json = filter.contains(QLatin1String("*.json"));
        dialog->setDefaultSuffix(json ? QStringLiteral("json") : QStringLiteral("csv"));
        dialog->selectFile(json ? QStringLiteral("crossfade-rules.json") : QStringLiteral("crossfade-rules.csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, m_session,
            [this, selection](const QString &file) { m_session->exportTo(file, selection); });
    openDialog(dialog);
}

} // namespace crossfade
