// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/exportdialog.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <array>

namespace crossfade {

namespace {

struct ExportKind {
    const char *word; // of the comparator
    const char *suffix;
};
constexpr std::array ExportKinds{ExportKind{"CSV", "csv"}, ExportKind{"JSON", "ndjson"}, ExportKind{"SQL", "sql"}};
constexpr int ExportWidth = 520;

} // namespace

ExportDialog::ExportDialog(DifferencesSession *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_export(new DifferenceExport(session->connection(), this))
{
    setObjectName(QStringLiteral("exportDialog"));
    setMinimumWidth(ExportWidth);
    QVBoxLayout *column = addQuestion(this, tr("Export differences"),
                                      tr("All that the list shows by its filters, however many; the file is written whole or not at all."));
    m_what = new TextLabel({}, FontRole::Strong, Ink::Text);
    m_what->setObjectName(QStringLiteral("exportWhat"));
    m_what->setWordWrap(true);
    column->addWidget(m_what);
    m_format = new Segmented;
    m_format->setObjectName(QStringLiteral("exportFormat"));
    m_format->setAccessibleName(tr("Format of the file"));
    m_format->addSegment(tr("CSV"), QStringLiteral("exportCsv"));
    m_format->addSegment(tr("JSON lines"), QStringLiteral("exportJson"));
    m_format->addSegment(tr("SQL"), QStringLiteral("exportSql"));
    m_format->setCurrentIndex(0);
    auto *row = new QHBoxLayout;
    row->addWidget(m_format);
    row->addStretch(1);
    column->addLayout(row);
    m_about = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_about->setObjectName(QStringLiteral("exportAbout"));
    m_about->setWordWrap(true);
    column->addWidget(m_about);
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_note->setObjectName(QStringLiteral("exportNote"));
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch(1);
    m_stop = new Button(tr("Stop"));
    m_stop->setObjectName(QStringLiteral("exportStop"));
    m_close = new Button(tr("Close"));
    m_close->setObjectName(QStringLiteral("exportClose"));
    m_write = new Button(ButtonKind::Accent, Symbol::Export, tr("Choose a file…"));
    m_write->setObjectName(QStringLiteral("exportWrite"));
    for (Button *button : {m_stop, m_close, m_write}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    column->addLayout(buttons);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_export->cancel();
        say(tr("Stopped: nothing was written."), false);
    });
    connect(m_close, &QPushButton::clicked, this, &ExportDialog::reject);
    connect(m_write, &QPushButton::clicked, this, &ExportDialog::chooseFile);
    connect(m_format, &Segmented::currentChanged, this, &ExportDialog::sync);
    connect(m_session, &DifferencesSession::changed, this, &ExportDialog::sync);
    connect(m_export, &DifferenceExport::changed, this, &ExportDialog::sync);
    connect(m_export, &DifferenceExport::exported, this, [this](const QString &file, qint64 bytes) {
        say(tr("Written: %1 (%2 bytes)").arg(file, countText(bytes)), false);
    });
    connect(m_export, &DifferenceExport::failed, this, [this](const QString &why) { say(why, true); });
    sync();
}

void ExportDialog::sync()
{
    const DifferenceFilter &filter = m_session->filter();
    QStringList parts;
    if (m_session->phase() == LoadPhase::Ready)
        parts << tr("about %1").arg(countText(m_session->total()));
    parts << (filter.open ? tr("not resolved") : tr("resolved ones, too"));
    parts << (filter.hidden ? tr("hidden by ignore rules") : tr("without those that ignore rules hide"));
    if (!filter.text.empty())
        parts << tr("with “%1”").arg(toText(filter.text));
    m_what->setText(parts.join(QStringLiteral(" · ")));
    switch (m_format->currentIndex()) {
    case 0: m_about->setText(tr("A line for each, for a spreadsheet. Values of sensitive fields are fingerprints.")); break;
    case 1: m_about->setText(tr("A JSON object a line, for programs. Values of sensitive fields are fingerprints.")); break;
    default:
        m_about->setText(tr("The statement of each one's repair, from what both platforms hold now, which takes its time. "
                            "Nothing is run; who runs the file goes around approvals, conditions and the audit."));
    }
    const bool running = m_export->isRunning();
    m_stop->setVisible(running);
    m_format->setEnabled(!running);
    m_write->setBlocked(running ? tr("It is on its way.") : m_export->obstacle());
    if (running)
        say(tr("Export: %1 bytes so far …").arg(countText(m_export->received())), false);
}

void ExportDialog::chooseFile()
{
    if (!m_write->isEnabled())
        return;
    const ExportKind &kind = ExportKinds[static_cast<std::size_t>(m_format->currentIndex())];
    const QString suffix = QString::fromLatin1(kind.suffix);
    auto *dialog = new QFileDialog(this, tr("Export differences"), {},
                                   tr("Differences (*.%1)").arg(suffix) + QStringLiteral(";;") + tr("All files (*)"));
    dialog->setObjectName(QStringLiteral("differencesFileDialog"));
    dialog->resize(760, 480);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(QStringLiteral("differences.") + suffix);
    // As the list was shown when it was asked for.
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, call = m_session->exportCall(QString::fromLatin1(kind.word))](const QString &file) {
                m_export->start(call, file);
            });
    openDialog(dialog);
}

void ExportDialog::reject()
{
    m_export->cancel();
    QDialog::reject();
}

void ExportDialog::say(const QString &text, bool red)
{
    m_note->setInk(red ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

} // namespace crossfade
