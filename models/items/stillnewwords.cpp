// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/stillnewwords.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/routing/decision.h"

#include <QCoreApplication>
#include <QStringList>

namespace crossfade {

namespace {

struct StillNewWords {
    Q_DECLARE_TR_FUNCTIONS(StillNewWords)
};

// "shops, staff and 3 more"
QString namesOf(const StillNewRow &row)
{
    QStringList names;
    for (const std::string &name : row.names)
        names << toText(name);
    const std::int64_t more = row.count - static_cast<std::int64_t>(row.names.size());
    const QString listed = names.join(QStringLiteral(", "));
    return more > 0 && !names.isEmpty() ? StillNewWords::tr("%1 and %2 more").arg(listed, countText(more)) : listed;
}

QString oneText(const StillNewRow &row)
{
    const auto reason = reasonFromWord(row.reason);
    if (!reason)
        return toText(row.detail); // of a later version
    const QString names = namesOf(row);
    switch (*reason) {
    case Reason::MasterNew: return StillNewWords::tr("everybody, by the master switch");
    case Reason::ForwardOnly: return StillNewWords::tr("everybody, by forward only");
    case Reason::UserRule: return StillNewWords::tr("users by rules of their own: %1").arg(countText(row.count));
    case Reason::SystemRule:
        return names.isEmpty() ? StillNewWords::tr("systems by rules of their own: %1").arg(countText(row.count))
                               : StillNewWords::tr("systems by the rules %1").arg(names);
    case Reason::TimeRule: return StillNewWords::tr("everybody now, by the time rule %1").arg(names);
    case Reason::NewData: return StillNewWords::tr("what is inserted");
    case Reason::IdThreshold: return StillNewWords::tr("entities from the id threshold on");
    case Reason::NotInLegacy: return StillNewWords::tr("entities that LEGACY does not know");
    case Reason::GrayList: return StillNewWords::tr("who is on the gray lists %1").arg(names);
    case Reason::UserGroup: return StillNewWords::tr("batches of the groups %1").arg(names);
    case Reason::NoKey: return StillNewWords::tr("requests without a user id, by %1").arg(names);
    case Reason::Percentage: return StillNewWords::tr("the rest of %1").arg(names);
    case Reason::DefaultRouting: return StillNewWords::tr("whom no policy covers, by default");
    case Reason::MasterLegacy:
    case Reason::HeldInconsistent:
    case Reason::NotOnGrayList: break; // these serve nobody by NEW
    }
    return toText(row.detail);
}

} // namespace

QString stillNewText(const std::vector<StillNewRow> &rows)
{
    QStringList parts;
    for (const StillNewRow &row : rows)
        parts << oneText(row);
    return parts.join(QStringLiteral("; "));
}

} // namespace crossfade
