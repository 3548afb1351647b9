// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/previewdialog.h"

#include "models/items/importreport.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct PreviewWords {
    Q_DECLARE_TR_FUNCTIONS(PreviewWords)
};

QString orUnknown(const std::optional<std::int64_t> &count)
{
    return count ? countText(*count) : PreviewWords::tr("unknown");
}

} // namespace

QString previewSentence(const RulePreview &preview)
{
    const QString moves = PreviewWords::tr("%1 to NEW, %2 to LEGACY")
                              .arg(countText(preview.toNew.count), countText(preview.toLegacy.count));
    return PreviewWords::tr("%1; held: %2").arg(moves, orUnknown(preview.held));
}

PreviewDialog::PreviewDialog(const RulePreview &preview, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("previewDialog"));
    setWindowTitle(tr("Preview"));
    setMinimumWidth(620);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    all->addWidget(new TextLabel(tr("What these edits would move"), FontRole::DialogTitle));
    all->addWidget(new ElidingLabel(
        tr("Decided for each of %1 known users before and after. Nothing is changed yet.")
            .arg(countText(preview.knownUsers))));
    auto *sides = new QHBoxLayout;
    sides->setSpacing(8);
    sides->addWidget(side(QStringLiteral("NEW"), preview.toNew), 1);
    sides->addWidget(side(QStringLiteral("LEGACY"), preview.toLegacy), 1);
    all->addLayout(sides);
    auto *facts = new ElidingLabel(
        tr("Held back: %1 · writes on NEW that LEGACY would lack: %2")
            .arg(orUnknown(preview.held), orUnknown(preview.strandedWrites)));
    facts->setObjectName(QStringLiteral("previewFacts"));
    all->addWidget(facts);
    if (!preview.warnings.empty()) all->addWidget(warnings(preview));
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    auto *close = new Button(tr("Close"));
    close->setObjectName(QStringLiteral("previewClose"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    row->addWidget(close);
    all->addLayout(row);
}

QWidget *PreviewDialog::warnings(const RulePreview &preview)
{
    auto *pane = new Pane(tr("In doubt"));
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(12, 8, 12, 12);
    inner->addWidget(new ElidingLabel(tr("Warnings stop nothing, but look at them before you save.")));
    QStringList lines;
    for (const RulePreview::Warning &one : preview.warnings)
        lines << (one.rule.empty() ? importText(one.text) // of the switches
                                   : tr("“%1”: %2", "rule, warning").arg(toText(one.rule), importText(one.text)));
    auto *list = new QPlainTextEdit(lines.join(QLatin1Char('\n')));
    list->setObjectName(QStringLiteral("previewWarnings"));
    list->setAccessibleName(tr("Warnings"));
    list->setReadOnly(true);
    list->setFixedHeight(88);
    inner->addWidget(list);
    pane->body()->addLayout(inner);
    return pane;
}

QWidget *PreviewDialog::side(const QString &platform, const RulePreview::Side &side)
{
    auto *pane = new Pane(tr("To %1").arg(platform));
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(12, 8, 12, 12);
    inner->setSpacing(6);
    auto *figure = new PlatformLabel(platform);
    figure->setFontRole(static_cast<int>(FontRole::Figure));
    figure->setText(side.count == 1 ? tr("1 user") : tr("%1 users").arg(countText(side.count)));
    figure->setObjectName(platform == QLatin1String("NEW") ? QStringLiteral("previewToNew")
                                                           : QStringLiteral("previewToLegacy"));
    inner->addWidget(figure);
    for (const auto &[reason, count] : side.byReason)
        inner->addWidget(new ElidingLabel(
            QStringLiteral("%1 · %2").arg(countText(count), toText(reason))));
    QStringList ids;
    for (const std::string &id : side.sample)
        ids << toText(id);
    auto *sample = new QPlainTextEdit(ids.isEmpty() ? tr("nobody") : ids.join(QLatin1Char('\n')));
    sample->setReadOnly(true);
    sample->setAccessibleName(tr("The first users that move to %1").arg(platform));
    sample->setFont(fontOf(FontRole::Mono));
    sample->setFixedHeight(150);
    inner->addWidget(sample);
    if (side.count > static_cast<std::int64_t>(side.sample.size()))
        inner->addWidget(new ElidingLabel(
            tr("the first %1 of %2").arg(side.sample.size()).arg(countText(side.count))));
    inner->addStretch(1);
    pane->body()->addLayout(inner);
    return pane;
}

} // namespace crossfade
