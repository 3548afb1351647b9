// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/runpartdialog.h"

#include "models/consistency/sampleinterval.h"
#include "models/core/ids.h"
#include "models/items/rulerow.h"
#include "models/items/sampleoutlook.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/factlist.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QCheckBox>
#include <QDateTime>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int RunPartWidth = 560;
constexpr int SizeWidth = 380;
constexpr int DefaultSample = 1'000; // of a check whose own runs read all rows
constexpr qint64 MostFileBytes = 2 * static_cast<qint64>(MostIdBytes);
enum Part { Sample, Changes, Ids };

QVBoxLayout *pageColumn(QWidget *page)
{
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    return column;
}

// Of POST /checks/{id}/run, where an id of a list is refused.
QString problemOfIds(const Error &error)
{
    for (const FieldError &field : error.fields)
        if (field.pointer.starts_with("/ids"))
            return toText(field.pointer == "/ids" ? field.message : field.pointer.substr(5) + ": " + field.message);
    return {};
}

} // namespace

RunPartDialog::RunPartDialog(ConsistencySession *session, const QString &checkId, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_checkId(checkId)
{
    setObjectName(QStringLiteral("runPartDialog"));
    setMinimumWidth(RunPartWidth);
    QVBoxLayout *column = addQuestion(this, tr("Run a part"),
                                      tr("The check looks at some rows instead of all of them. Gates go by runs over all rows alone."));
    const CheckRow *found = m_session->model()->rowOf(checkId);
    const CheckRow check = found ? *found : CheckRow();
    column->addWidget(new ElidingLabel(toText(check.name), FontRole::Strong, Ink::Text));
    m_scope = new Segmented;
    m_scope->setObjectName(QStringLiteral("runPartScope"));
    m_scope->setAccessibleName(tr("Which rows"));
    m_scope->addSegment(tr("A sample"), QStringLiteral("runPartSample"));
    m_scope->addSegment(tr("What changed"), QStringLiteral("runPartChanges"));
    m_scope->addSegment(tr("By ids"), QStringLiteral("runPartIds"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_scope);
    row->addStretch(1);
    column->addLayout(row);
    m_pages = new QStackedWidget;
    m_pages->addWidget(samplePage(check));
    m_pages->addWidget(changesPage());
    m_pages->addWidget(idsPage());
    column->addWidget(m_pages, 1);
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_note->setObjectName(QStringLiteral("runPartNote"));
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    column->addLayout(buttons());
    connect(m_scope, &Segmented::currentChanged, this, [this] {
        m_note->setText({});
        sync();
    });
    connect(m_session, &ConsistencySession::changed, this, &RunPartDialog::sync);
    readIds();
    m_scope->segment(Sample)->setFocus();
}

QWidget *RunPartDialog::samplePage(const CheckRow &check)
{
    auto *page = new QWidget;
    QVBoxLayout *column = pageColumn(page);
    m_size = new QSpinBox;
    m_size->setObjectName(QStringLiteral("runSampleSize"));
    m_size->setRange(1, static_cast<int>(MostSampled));
    m_size->setSingleStep(100);
    m_size->setGroupSeparatorShown(true);
    m_size->setAlignment(Qt::AlignRight);
    m_size->setValue(check.sampleSize > 0 ? static_cast<int>(std::min(check.sampleSize, MostSampled)) : DefaultSample);
    m_sizeField = new FormField(tr("Rows to draw"), m_size,
                                tr("about as many, at most %1; others each time").arg(countText(MostSampled)));
    m_sampleFacts = new FactList;
    m_sampleFacts->setObjectName(QStringLiteral("runSampleFacts"));
    m_sampleFacts->setAccessibleName(tr("What such a sample can show"));
    m_sizeField->setFixedWidth(SizeWidth);
    column->addWidget(m_sizeField, 0, Qt::AlignLeft);
    column->addWidget(m_sampleFacts);
    column->addStretch(1);
    connect(m_size, &QSpinBox::valueChanged, this, [this] {
        m_sizeField->setProblem({});
        sync();
    });
    return page;
}

QWidget *RunPartDialog::changesPage()
{
    auto *page = new QWidget;
    QVBoxLayout *column = pageColumn(page);
    m_changeFacts = new FactList;
    m_changeFacts->setObjectName(QStringLiteral("runChangeFacts"));
    m_changeFacts->setAccessibleName(tr("What such a run reads"));
    m_keys = new QCheckBox(tr("Look at the keys of all rows, too"));
    m_keys->setObjectName(QStringLiteral("runKeys"));
    m_keysField = new FormField({}, m_keys,
                                tr("finds rows that were deleted; done by itself in every tenth run and once a day"));
    column->addWidget(m_changeFacts);
    column->addWidget(m_keysField);
    column->addStretch(1);
    return page;
}

QWidget *RunPartDialog::idsPage()
{
    auto *page = new QWidget;
    QVBoxLayout *column = pageColumn(page);
    m_ids = new QPlainTextEdit;
    m_ids->setObjectName(QStringLiteral("runIds"));
    m_ids->setPlaceholderText(tr("100482, 100517 …"));
    m_ids->setFont(fontOf(FontRole::Mono));
    m_ids->setMinimumHeight(128);
    m_ids->setTabChangesFocus(true);
    m_idsField = new FormField(tr("Ids to check"), m_ids);
    m_idsField->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    auto *load = new Button(ButtonKind::Plain, Symbol::Import, tr("Load a file…"));
    load->setObjectName(QStringLiteral("runIdsLoad"));
    load->setAutoDefault(false);
    load->setToolTip(tr("A text file of ids; it takes the place of what stands here"));
    auto *about = new TextLabel(tr("Separated by line breaks, spaces, commas or semicolons; in \"quotes\" where one of these is part of "
                                   "an id. At most %1 ids of %2 bytes.")
                                    .arg(countText(MostRunIds), countText(LongestRunId)),
                                FontRole::Secondary, Ink::Secondary);
    about->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(about, 1);
    row->addWidget(load, 0, Qt::AlignTop);
    column->addWidget(m_idsField, 1);
    column->addLayout(row);
    connect(m_ids, &QPlainTextEdit::textChanged, this, &RunPartDialog::readIds);
    connect(load, &QPushButton::clicked, this, &RunPartDialog::loadIds);
    return page;
}

QHBoxLayout *RunPartDialog::buttons()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch(1);
    auto *cancel = new Button(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("runPartCancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_start = new Button(ButtonKind::Accent, Symbol::Play, tr("Run"));
    m_start->setObjectName(QStringLiteral("runPartStart"));
    m_start->setDefault(true);
    connect(m_start, &QPushButton::clicked, this, &RunPartDialog::start);
    row->addWidget(cancel);
    row->addWidget(m_start);
    return row;
}

RunScope RunPartDialog::scope() const
{
    switch (m_scope->currentIndex()) {
    case Sample: return RunScope::Sample;
    case Changes: return RunScope::Incremental;
    default: return RunScope::Ids;
    }
}

RunOrder RunPartDialog::order() const
{
    return {scope(), m_size->value(), m_keys->isChecked(), m_found.ids};
}

void RunPartDialog::sync()
{
    m_pages->setCurrentIndex(m_scope->currentIndex());
    const CheckRow *check = m_session->model()->rowOf(m_checkId);
    if (check) {
        showSample(*check);
        showChanges(*check);
    }
    m_start->setText(scope() == RunScope::Ids && !m_found.ids.empty()
                         ? tr("Run %n id(s)", nullptr, static_cast<int>(m_found.ids.size()))
                         : tr("Run"));
    m_start->setBlocked(obstacle(check));
}

void RunPartDialog::showSample(const CheckRow &check)
{
    const SampleOutlook outlook = sampleOutlook(m_size->value(), check.fullRunRows, check.threshold);
    std::vector<Fact> facts;
    if (outlook.all)
        facts.push_back({Glyph::Check, percentText(100), tr("of all rows are looked at: there are no more"), false, false, false});
    else
        facts.push_back({Glyph::HalfCircle, percentText(outlook.shown),
                         tr("of all rows at least are equal where none of the drawn ones differs; confidence %1")
                             .arg(percentText(100 * SampleConfidence, 0)), false, false, false});
    const bool can = outlook.all || (outlook.needed && *outlook.needed <= m_size->value());
    const QString meaning = can ? tr("is the threshold of this check: such a sample can show it")
                            : outlook.needed
                                ? tr("is the threshold of this check: it takes about %1 rows to show it").arg(countText(*outlook.needed))
                                : tr("is the threshold of this check: only a run over all rows can show it");
    facts.push_back({can ? Glyph::Check : Glyph::Question, percentText(check.threshold), meaning, false, false, false});
    m_sampleFacts->setFacts(std::move(facts));
}

void RunPartDialog::showChanges(const CheckRow &check)
{
    const auto mapping = std::ranges::find(m_session->mappings(), check.mappingId, &MappingRow::id);
    QStringList columns;
    if (mapping != m_session->mappings().end()) {
        if (!mapping->legacyChanged.empty())
            columns << QStringLiteral("LEGACY ") + toText(mapping->legacyChanged);
        if (!mapping->newChanged.empty())
            columns << QStringLiteral("NEW ") + toText(mapping->newChanged);
    }
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    m_changeFacts->setFacts(
        {{Glyph::Clock, tr("What changed"),
          tr("since the last run over all or changed rows, by the change column (%1)").arg(columns.join(QStringLiteral(", "))), false, false, false},
         {Glyph::NotEqual, countText(check.openDifferences), tr("open differences are read again"), false, false, false},
         {Glyph::Check, check.fullRunAt ? shortTime(*check.fullRunAt, now) : QString(QChar(0x2014)), tr("all rows were compared last"), false, false, false}});
    const QString why = changesObstacle(check);
    QAbstractButton *segment = m_scope->segment(Changes);
    segment->setEnabled(why.isEmpty());
    segment->setToolTip(why);
    segment->setAccessibleDescription(why);
}

// Known beforehand; what else the comparator finds stands in the note.
QString RunPartDialog::changesObstacle(const CheckRow &check) const
{
    const auto mapping = std::ranges::find(m_session->mappings(), check.mappingId, &MappingRow::id);
    if (mapping != m_session->mappings().end()) {
        if (mapping->isOfSets)
            return tr("The mapping is of sets: it is not known which of them changed.");
        if (mapping->legacyChanged.empty() && mapping->newChanged.empty())
            return tr("The mapping names a change column on neither side.");
    }
    return check.fullRunAt ? QString() : tr("A run over all rows has to end first.");
}

void RunPartDialog::readIds()
{
    m_found = idsIn(toUtf8(m_ids->toPlainText()));
    const QString count = tr("%n id(s)", nullptr, static_cast<int>(m_found.ids.size()));
    QString problem;
    switch (m_found.problem) {
    case IdList::Problem::None:
    case IdList::Problem::Empty: break;
    case IdList::Problem::TooMany: problem = tr("more than %1 ids").arg(countText(MostRunIds)); break;
    case IdList::Problem::TooLarge: problem = tr("more than %1 bytes of ids").arg(countText(MostIdBytes)); break;
    case IdList::Problem::TooLong:
        problem = tr("“%1…” has more than %2 bytes").arg(toText(m_found.where), countText(LongestRunId));
        break;
    case IdList::Problem::OpenQuote: problem = tr("the quote before “%1” is not closed").arg(toText(m_found.where)); break;
    }
    m_idsField->setHelp(m_found.again > 0
                            ? tr("%1, without %n that stand(s) there again", nullptr, static_cast<int>(m_found.again)).arg(count)
                            : count);
    m_idsField->setProblem(problem);
    sync();
}

void RunPartDialog::loadIds()
{
    auto *dialog = new QFileDialog(this, tr("Load ids"), {}, tr("Text (*.txt *.csv)") + QStringLiteral(";;") + tr("All files (*)"));
    dialog->setObjectName(QStringLiteral("idsFileDialog"));
    dialog->resize(760, 480);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &RunPartDialog::takeFile);
    openDialog(dialog);
}

void RunPartDialog::takeFile(const QString &name)
{
    QFile file(name);
    QByteArray bytes;
    if (file.open(QIODevice::ReadOnly))
        bytes = file.read(MostFileBytes + 1);
    QString problem;
    if (!file.isOpen() || file.error() != QFileDevice::NoError)
        problem = tr("The file could not be read: %1").arg(file.errorString());
    else if (bytes.size() > MostFileBytes)
        problem = tr("The file has more than %1 bytes.").arg(countText(MostFileBytes));
    else if (!isValidUtf8({bytes.constData(), static_cast<std::size_t>(bytes.size())}))
        problem = tr("The file is not text in UTF-8.");
    if (problem.isEmpty()) {
        QString text = QString::fromUtf8(bytes);
        text.remove(QChar(0xFEFF)); // of a file that begins by saying what it is
        m_ids->setPlainText(text);
    } else {
        m_idsField->setProblem(problem);
    }
}

QString RunPartDialog::obstacle(const CheckRow *check) const
{
    if (!check)
        return tr("The check is gone.");
    if (const QString why = m_session->obstacle(); !why.isEmpty())
        return why;
    if (m_waiting)
        return tr("Sent to the comparator…");
    if (check->lastRun && check->lastRun->goesOn())
        return tr("It is running.");
    if (scope() == RunScope::Incremental)
        return changesObstacle(*check);
    if (scope() != RunScope::Ids || m_found.problem == IdList::Problem::None)
        return {};
    return m_found.problem == IdList::Problem::Empty ? tr("Name at least one id.") : m_idsField->problem();
}

void RunPartDialog::start()
{
    if (!m_start->isEnabled())
        return;
    m_waiting = true;
    m_note->setText({});
    sync();
    m_session->run(m_checkId, order(), this, [this](const Result<void> &started) {
        m_waiting = false;
        if (started)
            accept();
        else
            showErrors(started.error());
    });
}

void RunPartDialog::showErrors(const Error &error)
{
    m_note->setText(QStringLiteral("%1. %2").arg(notDoneText(tr("The check was not started"), error), errorText(error)));
    m_sizeField->setProblem(toText(problemAt(error.fields, "/sample_size")));
    m_keysField->setProblem(toText(problemAt(error.fields, "/keys")));
    m_idsField->setProblem(problemOfIds(error));
    sync();
}

} // namespace crossfade
