// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/checkdialog.h"

#include "models/core/ids.h"
#include "models/items/rulerow.h"
#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/consistency/frequencyfields.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <ranges>

namespace crossfade {

namespace {

QVBoxLayout *prepare(QDialog *dialog, const QString &title, const char *objectName)
{
    dialog->setObjectName(QString::fromLatin1(objectName));
    dialog->setWindowTitle(title);
    dialog->setMinimumWidth(480);
    auto *all = new QVBoxLayout(dialog);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    all->addWidget(new TextLabel(title, FontRole::DialogTitle));
    return all;
}

} // namespace

CheckDialog::CheckDialog(ConsistencySession *session, const CheckEntry &entry, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_entry(entry)
    , m_name(new QLineEdit)
    , m_mapping(new QComboBox)
    , m_threshold(new QDoubleSpinBox)
    , m_frequency(new FrequencyFields)
    , m_sample(new QSpinBox)
    , m_repair(new QCheckBox(tr("Repair what a run confirms, without asking")))
    , m_active(new QCheckBox(tr("Active")))
{
    const bool anew = m_entry.id.empty();
    QVBoxLayout *all = prepare(this, anew ? tr("New check") : tr("Edit check"), anew ? "newCheckDialog" : "editCheckDialog");
    setMinimumWidth(580);
    addFields(all);
    addButtons(all);
    fill(m_entry.draft);
    connect(m_name, &QLineEdit::textChanged, this, &CheckDialog::check);
    connect(m_frequency, &FrequencyFields::edited, this, &CheckDialog::check);
    connect(m_session, &ConsistencySession::changed, this, [this] {
        offerMappings();
        check();
    });
    check();
    m_name->setFocus();
}

void CheckDialog::addFields(QVBoxLayout *all)
{
    m_name->setObjectName(QStringLiteral("checkName"));
    m_name->setAccessibleName(tr("Name of the check"));
    m_mapping->setObjectName(QStringLiteral("checkMapping"));
    m_mapping->setAccessibleName(tr("Mapping of the check"));
    offerMappings();
    m_threshold->setObjectName(QStringLiteral("checkThreshold"));
    m_threshold->setAccessibleName(tr("Threshold in percent"));
    m_threshold->setRange(0, 100);
    m_threshold->setDecimals(2);
    m_threshold->setSuffix(QStringLiteral(" %"));
    m_sample->setObjectName(QStringLiteral("checkSample"));
    m_sample->setAccessibleName(tr("Sample size in rows"));
    m_sample->setRange(0, 100'000);
    m_sample->setSpecialValueText(tr("all rows"));
    m_repair->setObjectName(QStringLiteral("checkRepair"));
    m_active->setObjectName(QStringLiteral("checkActive"));
    m_nameField = new FormField(tr("Name"), m_name);
    m_mappingField = new FormField(tr("Mapping"), m_mapping, tr("which tables, key and fields"));
    m_thresholdField = new FormField(tr("Threshold"), m_threshold,
                                     tr("a full run below it raises an alert"));
    m_sampleField = new FormField(tr("Sample size"), m_sample, tr("rows a run by itself draws; 0 = all"));
    all->addWidget(m_nameField);
    all->addWidget(m_mappingField);
    all->addWidget(m_frequency);
    auto *numbers = new QHBoxLayout;
    numbers->setSpacing(8);
    numbers->addWidget(m_sampleField);
    numbers->addWidget(m_thresholdField);
    all->addLayout(numbers);
    all->addWidget(m_repair, 0, Qt::AlignLeft);
    all->addWidget(m_active, 0, Qt::AlignLeft);
    m_conflict = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_conflict->setObjectName(QStringLiteral("checkConflict"));
    m_conflict->setTextFormat(Qt::PlainText);
    m_conflict->setWordWrap(true);
    m_conflict->hide();
    all->addWidget(m_conflict);
}

// They may still be on their way when the dialog opens, and more may come while it is open. What was chosen stays.
void CheckDialog::offerMappings()
{
    const auto differs = [this](int at) {
        return m_mapping->itemData(at).toString() != toText(m_session->mappings()[static_cast<std::size_t>(at)].id);
    };
    const int count = static_cast<int>(m_session->mappings().size());
    if (count == m_mapping->count() && std::ranges::none_of(std::views::iota(0, count), differs))
        return;
    const QString chosen = m_mapping->currentIndex() >= 0 ? m_mapping->currentData().toString()
                                                          : toText(m_entry.draft.mappingId);
    m_mapping->clear();
    for (const MappingRow &mapping : m_session->mappings())
        m_mapping->addItem(QStringLiteral("%1 · %2 → %3")
                               .arg(toText(mapping.dataType), toText(mapping.legacyTable),
                                    toText(mapping.newTable)),
                           toText(mapping.id));
    if (!chosen.isEmpty())
        m_mapping->setCurrentIndex(m_mapping->findData(chosen));
}

void CheckDialog::addButtons(QVBoxLayout *all)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_note = new ElidingLabel({}, FontRole::Secondary, Ink::Red);
    m_note->setObjectName(QStringLiteral("checkNote"));
    row->addWidget(m_note, 1);
    m_take = new Button(tr("Take what is stored"));
    m_take->setObjectName(QStringLiteral("checkTake"));
    m_take->hide();
    connect(m_take, &QPushButton::clicked, this, [this] { fill(m_newer); });
    auto *cancel = new Button(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("checkCancel"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_ok = new Button(ButtonKind::Accent, m_entry.id.empty() ? tr("Create check") : tr("Save check"));
    m_ok->setObjectName(QStringLiteral("checkCreate"));
    m_ok->setDefault(true);
    connect(m_ok, &QPushButton::clicked, this, &CheckDialog::save);
    row->addWidget(m_take);
    row->addWidget(cancel);
    row->addWidget(m_ok);
    all->addLayout(row);
}

void CheckDialog::fill(const CheckDraft &draft)
{
    // What the fields cannot show exactly, as a threshold of more digits, stays as it is while nobody touches it.
    m_entry.draft = draft;
    m_name->setText(toText(draft.name));
    if (!draft.mappingId.empty())
        m_mapping->setCurrentIndex(m_mapping->findData(toText(draft.mappingId)));
    m_threshold->setValue(draft.threshold);
    m_frequency->fill(draft.frequency);
    m_sample->setValue(static_cast<int>(draft.sampleSize));
    m_repair->setChecked(draft.autoRepair);
    m_active->setChecked(draft.active);
}

CheckDraft CheckDialog::draft() const
{
    CheckDraft draft = m_entry.draft;
    draft.name = toUtf8(m_name->text().trimmed());
    if (m_mapping->currentIndex() >= 0)
        draft.mappingId = toUtf8(m_mapping->currentData().toString());
    if (std::abs(m_threshold->value() - draft.threshold) > 0.005)
        draft.threshold = m_threshold->value();
    draft.frequency = m_frequency->frequency();
    draft.sampleSize = m_sample->value();
    draft.autoRepair = m_repair->isChecked();
    draft.active = m_active->isChecked();
    return draft;
}

void CheckDialog::check()
{
    const std::string name = toUtf8(m_name->text().trimmed());
    const bool good = isValidName(name);
    m_nameField->setProblem(name.empty() || good ? QString()
                                                 : tr("1 to 200 bytes, no control characters"));
    QString why = good ? QString() : tr("The check needs a name.");
    if (!m_frequency->isGood())
        why = tr("The time at which it runs is not complete.");
    if (m_mapping->count() == 0)
        why = m_session->mappingsAreRead() ? tr("There is no mapping yet.") : tr("The mappings are not read yet.");
    if (m_waiting)
        why = tr("Sent to the comparator…");
    m_ok->setBlocked(why);
}

void CheckDialog::save()
{
    m_waiting = true;
    m_note->setText({});
    check();
    saveCheck(m_session->connection(), {m_entry.id, m_entry.version, draft()}, this,
              [this](const Result<CheckEntry> &saved) {
                  if (!saved && saved.error().kind == ErrorKind::Stale)
                      return showStored();
                  if (!saved)
                      return showErrors(saved.error());
                  Q_EMIT stored(toText(saved->id));
                  accept();
              });
}

// Saving again is then over what was shown, not over what nobody saw.
void CheckDialog::showStored()
{
    readCheck(m_session->connection(), m_entry.id, this, [this](const Result<CheckEntry> &read) {
        if (!read)
            return showErrors(read.error());
        m_waiting = false;
        m_entry.version = read->version;
        m_newer = read->draft;
        const CheckDraft &now = m_newer;
        const int mapping = m_mapping->findData(toText(now.mappingId));
        m_conflict->setText(tr("Somebody else saved this check meanwhile. Stored now:") + QLatin1Char('\n') +
                            QStringList{toText(now.name),
                                        mapping < 0 ? toText(now.mappingId) : m_mapping->itemText(mapping),
                                        frequencyText(now.frequency),
                                        now.sampleSize == 0 ? tr("all rows") : tr("sample of %1").arg(now.sampleSize),
                                        tr("threshold %1 %").arg(now.threshold),
                                        now.autoRepair ? tr("repairs without asking") : tr("repairs on request"),
                                        now.active ? tr("active") : tr("not active")}
                                .join(QStringLiteral(" · ")));
        m_conflict->show();
        m_take->show();
        m_ok->setText(tr("Save mine over it"));
        check();
    });
}

void CheckDialog::showErrors(const Error &error)
{
    m_waiting = false;
    check();
    m_note->setText(errorText(error));
    // What two checks cannot share is the name alone.
    const bool taken = error.kind == ErrorKind::Conflict && (error.code.empty() || error.code == "CONFLICT");
    m_nameField->setProblem(taken ? tr("another check has this name") : toText(problemAt(error.fields, "/check_name")));
    m_mappingField->setProblem(toText(problemAt(error.fields, "/mapping_id")));
    m_thresholdField->setProblem(toText(problemAt(error.fields, "/threshold_percentage")));
    m_sampleField->setProblem(toText(problemAt(error.fields, "/sample_size")));
    m_frequency->showProblems(error.fields);
}

} // namespace crossfade
