// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/consistencypage.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/consistency/checkdialog.h"
#include "ui/consistency/checkspane.h"
#include "ui/consistency/differencespane.h"
#include "ui/consistency/differenceview.h"
#include "ui/consistency/mappingsdialog.h"
#include "ui/consistency/proposedialog.h"
#include "ui/consistency/runpane.h"
#include "ui/consistency/runpartdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

ConsistencyPage::ConsistencyPage(ConsistencySession *checks, DifferencesSession *differences,
                                 QWidget *parent)
    : Page(QStringLiteral("consistency"), tr("Consistency"), parent)
    , m_checks(checks)
    , m_differences(differences)
{
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(PageMargin, 8, PageMargin, PageMargin);
    all->setSpacing(Gap);
    all->addWidget(makeTitle());
    m_checksPane = new ChecksPane(m_checks);
    m_runPane = new RunPane(m_checks);
    m_runPane->setFixedWidth(384);
    auto *top = new QWidget;
    top->setFixedHeight(224);
    auto *row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Gap);
    row->addWidget(m_checksPane, 1);
    row->addWidget(m_runPane);
    all->addWidget(top);
    m_list = new DifferencesPane(m_differences);
    m_view = new DifferenceView(m_differences);
    m_view->setMinimumWidth(420);
    auto *splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(m_view);
    splitter->setSizes({676, 532});
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    all->addWidget(splitter, 1);
    connect(m_checksPane, &ChecksPane::selected, m_runPane, &RunPane::setCheck);
    connect(m_checksPane, &ChecksPane::selected, this, &ConsistencyPage::sync);
    connect(m_checksPane, &ChecksPane::createWanted, this, &ConsistencyPage::newCheck);
    connect(m_list, &DifferencesPane::selected, m_differences, &DifferencesSession::open);
    const auto showRepair = [this](const QString &id) {
        Q_EMIT openRequested(QStringLiteral("repairs"), QStringLiteral("repair:") + id);
    };
    connect(m_view, &DifferenceView::repairOpened, this, showRepair);
    connect(m_list, &DifferencesPane::proposeWanted, this, [this, showRepair](const ProposalFilter &filter) {
        auto *dialog = new ProposeDialog(m_differences, m_checks->model()->rows(), filter, this);
        connect(dialog, &ProposeDialog::repairsWanted, this, showRepair);
        openDialog(dialog);
    });
    connect(m_checks, &ConsistencySession::changed, this, &ConsistencyPage::sync);
    connect(m_checks, &ConsistencySession::failed, this,
            [this](const QString &what, const Error &error) {
                m_note->setText(QStringLiteral("%1. %2").arg(what, errorText(error)));
            });
    // What a run has found is of interest at its end; the list itself stays still meanwhile.
    connect(m_checks, &ConsistencySession::runFinished, this, [this](const RunRow &) {
        if (!m_differences->shown())
            m_differences->reload();
    });
    sync();
}

QWidget *ConsistencyPage::makeTitle()
{
    auto *title = new QWidget;
    title->setFixedHeight(32);
    auto *row = new QHBoxLayout(title);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(new TextLabel(this->title(), FontRole::PageTitle));
    m_passing = new Chip;
    m_passing->setObjectName(QStringLiteral("checksPassing"));
    row->addWidget(m_passing);
    m_stale = new StaleChip;
    row->addWidget(m_stale);
    m_note = new ElidingLabel;
    m_note->setObjectName(QStringLiteral("consistencyNote"));
    row->addWidget(m_note, 1);
    m_new = new Button(ButtonKind::Plain, Symbol::Add, tr("New check…"));
    m_new->setObjectName(QStringLiteral("newCheck"));
    connect(m_new, &QPushButton::clicked, this, &ConsistencyPage::newCheck);
    m_part = new Button(tr("Run a part…"));
    m_part->setObjectName(QStringLiteral("runPart"));
    connect(m_part, &QPushButton::clicked, this, &ConsistencyPage::runPart);
    m_run = new Button(ButtonKind::Plain, Symbol::Play, tr("Run now"));
    m_run->setObjectName(QStringLiteral("runCheck"));
    connect(m_run, &QPushButton::clicked, this, [this] {
        m_note->setText({});
        m_checks->run(m_checksPane->selectedId());
    });
    auto *mappings = new Button(tr("Mappings…"));
    mappings->setObjectName(QStringLiteral("openMappings"));
    mappings->setToolTip(tr("Which tables and fields are compared"));
    connect(mappings, &QPushButton::clicked, this, &ConsistencyPage::openMappings);
    row->addWidget(mappings);
    m_edit = new Button(tr("Edit check…"));
    m_edit->setObjectName(QStringLiteral("editCheck"));
    connect(m_edit, &QPushButton::clicked, this, &ConsistencyPage::editCheck);
    row->addWidget(m_new);
    row->addWidget(m_edit);
    row->addWidget(m_part);
    row->addWidget(m_run);
    return title;
}

void ConsistencyPage::newCheck()
{
    auto *dialog = new CheckDialog(m_checks, {}, this);
    connect(dialog, &CheckDialog::stored, this, [this](const QString &id) {
        // The row comes with the refresh; it is chosen as soon as it is there.
        connect(m_checks->model(), &QAbstractItemModel::rowsInserted, m_checksPane,
                [this, id] { m_checksPane->select(id); }, Qt::SingleShotConnection);
        m_checks->refresh();
    });
    openDialog(dialog);
}

// What is stored now is asked for: the list may be older, and does not hold all of it.
void ConsistencyPage::editCheck()
{
    m_note->setText({});
    readCheck(m_checks->connection(), toUtf8(m_checksPane->selectedId()), this,
              [this](const Result<CheckEntry> &check) {
                  if (!check) {
                      m_note->setText(errorText(check.error()));
                      return;
                  }
                  auto *dialog = new CheckDialog(m_checks, *check, this);
                  connect(dialog, &CheckDialog::stored, m_checks, &ConsistencySession::refresh);
                  openDialog(dialog);
              });
}

void ConsistencyPage::openMappings()
{
    auto *dialog = new MappingsDialog(m_checks->connection(), this);
    connect(dialog, &MappingsDialog::stored, m_checks, &ConsistencySession::refresh);
    openDialog(dialog);
}

void ConsistencyPage::runPart()
{
    m_note->setText({});
    openDialog(new RunPartDialog(m_checks, m_checksPane->selectedId(), this));
}

void ConsistencyPage::sync()
{
    const int count = m_checks->model()->rowCount();
    m_passing->setVisible(count > 0);
    m_passing->setLook({tr("%1 of %2 checks over threshold", nullptr, count)
                            .arg(m_checks->model()->passing())
                            .arg(count),
                        Tone::Neutral, Glyph::None});
    m_stale->setAge(m_checks->ageMs());
    m_stale->setStale(m_checks->phase() == LoadPhase::Ready && m_checks->isStale());
    const CheckRow *check = m_checks->model()->rowOf(m_checksPane->selectedId());
    m_run->setText(check ? tr("Run %1 now").arg(toText(check->name).left(40)
                                                    .replace(QLatin1Char('&'), QStringLiteral("&&")))
                         : tr("Run now"));
    QString why = m_checks->obstacle();
    if (why.isEmpty() && !check)
        why = tr("Select a check first.");
    if (why.isEmpty() && check->lastRun && check->lastRun->goesOn())
        why = tr("It is running.");
    m_run->setBlocked(why);
    m_part->setBlocked(why);
    if (why.isEmpty())
        m_part->setToolTip(tr("A sample, what changed, or the rows of some ids"));
    m_new->setBlocked(m_checks->createObstacle());
    m_edit->setBlocked(check ? m_checks->createObstacle() : tr("Select a check first."));
    std::optional<double> least;
    for (const CheckRow &row : m_checks->model()->rows())
        if (row.active && row.consistency())
            least = std::min(least.value_or(100.0), *row.consistency());
    setBadge(least ? QString::number(*least, 'f', 2) : QString());
}

void ConsistencyPage::showObject(const QString &object)
{
    const QString id = object.section(QLatin1Char(':'), 1);
    if (object.startsWith(QLatin1String("check:")))
        m_checksPane->select(id);
    else if (object.startsWith(QLatin1String("difference:")))
        m_differences->open(id);
}

void ConsistencyPage::refresh()
{
    m_checks->refresh();
    m_differences->reload();
}

void ConsistencyPage::focusFilter()
{
    m_list->focusFilter();
}

QList<PaletteEntry> ConsistencyPage::paletteEntries() const
{
    QList<PaletteEntry> entries;
    for (const CheckRow &row : m_checks->model()->rows())
        entries << PaletteEntry{toText(row.name),
                                tr("check · %1").arg(percentText(row.consistency())),
                                QStringLiteral("check:") + toText(row.id)};
    return entries;
}

} // namespace crossfade
