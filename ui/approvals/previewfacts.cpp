// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approvals/previewfacts.h"

#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QStringList>

namespace crossfade {

namespace {

struct PreviewFacts {
    Q_DECLARE_TR_FUNCTIONS(PreviewFacts)
};

QString usersText(std::int64_t count)
{
    return PreviewFacts::tr("%1 users", nullptr, static_cast<int>(count)).arg(countText(count));
}

QString byReasonText(const RulePreview::Side &side)
{
    QStringList parts;
    for (const auto &[reason, count] : side.byReason)
        parts << PreviewFacts::tr("%1 by %2").arg(countText(count), toText(reason));
    return parts.join(QStringLiteral(", "));
}

Fact writesFact(const RulePreview &preview)
{
    if (!preview.strandedWrites)
        return {Glyph::Question, PreviewFacts::tr("unknown writes"),
                PreviewFacts::tr("on NEW only: no sync counts them now"), false, false, false};
    return {Glyph::Clock, PreviewFacts::tr("%1 writes").arg(countText(*preview.strandedWrites)),
            PreviewFacts::tr("on NEW not yet synced back"), false, false, *preview.strandedWrites > 0};
}

} // namespace

std::vector<Fact> previewFacts(const RulePreview &preview, bool back)
{
    std::vector<Fact> facts;
    const QString fromLegacy = byReasonText(preview.toNew);
    const QString fromNew = byReasonText(preview.toLegacy);
    if (!back || preview.toNew.count > 0)
        facts.push_back({Glyph::Circle, usersText(preview.toNew.count),
                         fromLegacy.isEmpty() ? PreviewFacts::tr("move to NEW")
                                              : PreviewFacts::tr("move to NEW: %1").arg(fromLegacy),
                         false, true, false});
    if (back || preview.toLegacy.count > 0)
        facts.push_back({Glyph::Diamond, usersText(preview.toLegacy.count),
                         fromNew.isEmpty() ? PreviewFacts::tr("move back to LEGACY, in one epoch")
                                           : PreviewFacts::tr("move back to LEGACY, in one epoch: %1").arg(fromNew),
                         true, false, false});
    if (back)
        facts.push_back(writesFact(preview));
    if (preview.held)
        facts.push_back({Glyph::Pause, usersText(*preview.held),
                         PreviewFacts::tr("held on LEGACY until their differences are repaired"), false, false, false});
    return facts;
}

QString previewBubble(const RulePreview &preview, bool back)
{
    const std::int64_t count = back ? preview.toLegacy.count : preview.toNew.count;
    QString text = back ? PreviewFacts::tr("\u2248 %1 users back to LEGACY").arg(countText(count))
                        : PreviewFacts::tr("\u2248 %1 users").arg(countText(count));
    if (!back && preview.held && *preview.held > 0)
        text += QStringLiteral(" · ") + PreviewFacts::tr("%1 held").arg(countText(*preview.held));
    if (back && preview.strandedWrites)
        text += QStringLiteral(" · ") + PreviewFacts::tr("%1 writes not yet synced").arg(countText(*preview.strandedWrites));
    return text;
}

} // namespace crossfade
