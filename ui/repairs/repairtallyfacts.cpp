// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/repairtallyfacts.h"

#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QStringList>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct RepairTallyFacts {
    Q_DECLARE_TR_FUNCTIONS(RepairTallyFacts)
};

QString sidesOf(const RepairTally &tally)
{
    QStringList sides;
    if (tally.onNew > 0)
        sides << RepairTallyFacts::tr("%1 write to NEW").arg(countText(tally.onNew));
    if (tally.onLegacy > 0)
        sides << RepairTallyFacts::tr("%1 write to LEGACY").arg(countText(tally.onLegacy));
    return sides.join(QStringLiteral(", "));
}

QString sampleOf(const RepairTally &tally)
{
    QStringList names;
    for (const std::string &one : tally.sample)
        names << toText(one);
    if (tally.count > static_cast<std::int64_t>(tally.sample.size()))
        names << QStringLiteral("…");
    return names.join(QStringLiteral(", "));
}

} // namespace

std::vector<Fact> tallyFacts(const RepairTally &tally, RepairVerdict verdict)
{
    std::vector<Fact> facts;
    const auto add = [&facts](std::int64_t count, const QString &text, Glyph glyph, bool red = false) {
        if (count > 0)
            facts.push_back({glyph, countText(count), text, false, false, red});
    };
    facts.push_back({Glyph::Circle, RepairTallyFacts::tr("%1 repairs", nullptr, static_cast<int>(tally.count)).arg(countText(tally.count)), sidesOf(tally)});
    add(tally.updates, RepairTallyFacts::tr("update fields of a row"), Glyph::None);
    add(tally.inserts, verdict == RepairVerdict::Undo ? RepairTallyFacts::tr("inserted a row: the undo deletes it")
                                                      : RepairTallyFacts::tr("insert a row"), Glyph::None);
    add(tally.deletes, verdict == RepairVerdict::Undo ? RepairTallyFacts::tr("deleted a row: the undo inserts it again")
                                                      : RepairTallyFacts::tr("delete a row"),
        verdict == RepairVerdict::Approve ? Glyph::Warning : Glyph::None, verdict == RepairVerdict::Approve);
    add(tally.ofOthers, RepairTallyFacts::tr("are assigned to somebody else"), Glyph::None);
    add(tally.ownRequests, RepairTallyFacts::tr("are left out: you asked for them yourself, a second person must decide"), Glyph::None);
    add(tally.notNow, RepairTallyFacts::tr("are left out: their state does not take it"), Glyph::None);
    if (!tally.sample.empty())
        facts.push_back({Glyph::None, RepairTallyFacts::tr("First"), sampleOf(tally)});
    return facts;
}

QString verdictEffect(RepairVerdict verdict)
{
    switch (verdict) {
    case RepairVerdict::Approve:
        return RepairTallyFacts::tr("Each is carried out by itself, only where both sides still hold what was seen, and "
                                    "verified by a fresh comparison. It can be undone.");
    case RepairVerdict::Reject:
        return RepairTallyFacts::tr("Nothing is written. The differences stay open and can be repaired by another task.");
    case RepairVerdict::Undo:
        return RepairTallyFacts::tr("Each target gets back what it held before, only where it still holds what the repair wrote. "
                                    "The differences are open again afterwards.");
    }
    return {};
}

} // namespace crossfade
